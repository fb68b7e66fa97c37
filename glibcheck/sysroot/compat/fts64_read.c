/* fts64_read: fts_read, the same on machines whose file offsets have 64 bits anyway; since glibc 2.23. */
#include "_glibc.h"

void *fts_read(void *tree);

COMPAT void *fts64_read(void *tree)
{
    return fts_read(tree);
}
