/* fts64_set: fts_set, the same on machines whose file offsets have 64 bits anyway; since glibc 2.23. */
#include "_glibc.h"

int fts_set(void *tree, void *entry, int instruction);

COMPAT int fts64_set(void *tree, void *entry, int instruction)
{
    return fts_set(tree, entry, instruction);
}
