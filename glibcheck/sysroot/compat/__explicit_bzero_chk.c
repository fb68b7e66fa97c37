/* __explicit_bzero_chk: explicit_bzero that ends the process when the object is smaller; since glibc 2.25. */
#include "_glibc.h"

void explicit_bzero(void *block, size_t size);

COMPAT void __explicit_bzero_chk(void *block, size_t size, size_t room)
{
    if (room < size)
        __chk_fail();
    explicit_bzero(block, size);
}
