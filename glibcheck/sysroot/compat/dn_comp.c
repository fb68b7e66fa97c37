/* dn_comp: __dn_comp of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(dn_comp, __dn_comp, EARLY,
        (const char *name, unsigned char *out, int size, unsigned char **names, unsigned char **last),
        name, out, size, names, last)
