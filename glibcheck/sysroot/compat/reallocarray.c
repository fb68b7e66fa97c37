/* reallocarray: realloc of count times size, with ENOMEM where the product does not fit; since glibc 2.26. */
#include "_glibc.h"

COMPAT void *reallocarray(void *block, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(block, bytes);
}
