/* res_query: __res_query of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_query, __res_query, LATER,
        (const char *name, int class, int type, unsigned char *answer, int size),
        name, class, type, answer, size)
