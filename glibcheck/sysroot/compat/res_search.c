/* res_search: __res_search of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_search, __res_search, LATER,
        (const char *name, int class, int type, unsigned char *answer, int size),
        name, class, type, answer, size)
