/* __memcmpeq: memcmp of which only "equal or not" is asked; since glibc 2.35. Compilers may call it by themselves. */
#include "_glibc.h"

int memcmp(const void *one, const void *other, size_t size);

COMPAT int __memcmpeq(const void *one, const void *other, size_t size)
{
    return memcmp(one, other, size);
}
