/* free_aligned_sized: free; alignment and size are only hints. Since glibc 2.43. */
#include "_glibc.h"

COMPAT void free_aligned_sized(void *block, size_t alignment, size_t size)
{
    (void)alignment;
    (void)size;
    free(block);
}
