/* __memset_explicit_chk: memset_explicit that ends the process when the object is smaller; since glibc 2.43. */
#include "_glibc.h"

void *memset_explicit(void *block, int byte, size_t size);

COMPAT void *__memset_explicit_chk(void *block, int byte, size_t size, size_t room)
{
    if (room < size)
        __chk_fail();
    return memset_explicit(block, byte, size);
}
