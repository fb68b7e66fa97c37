/* dn_expand: __dn_expand of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(dn_expand, __dn_expand, LATER,
        (const unsigned char *message, const unsigned char *end, const unsigned char *from, char *out, int size),
        message, end, from, out, size)
