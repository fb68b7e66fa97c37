/* fts64_children: fts_children, the same on machines whose file offsets have 64 bits anyway; since glibc 2.23. */
#include "_glibc.h"

void *fts_children(void *tree, int options);

COMPAT void *fts64_children(void *tree, int options)
{
    return fts_children(tree, options);
}
