/* free_sized: free; the size is only a hint. Since glibc 2.43. */
#include "_glibc.h"

COMPAT void free_sized(void *block, size_t size)
{
    (void)size;
    free(block);
}
