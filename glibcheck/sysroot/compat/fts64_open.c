/* fts64_open: fts_open, the same on machines whose file offsets have 64 bits anyway; since glibc 2.23. */
#include "_glibc.h"

void *fts_open(char *const *paths, int options, int (*compare)(const void **, const void **));

COMPAT void *fts64_open(char *const *paths, int options, int (*compare)(const void **, const void **))
{
    return fts_open(paths, options, compare);
}
