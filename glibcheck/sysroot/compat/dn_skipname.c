/* dn_skipname: __dn_skipname of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(dn_skipname, __dn_skipname, EARLY,
        (const unsigned char *from, const unsigned char *end),
        from, end)
