/* fts64_close: fts_close, the same on machines whose file offsets have 64 bits anyway; since glibc 2.23. */
#include "_glibc.h"

int fts_close(void *tree);

COMPAT int fts64_close(void *tree)
{
    return fts_close(tree);
}
