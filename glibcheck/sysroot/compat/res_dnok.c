/* res_dnok: __res_dnok of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_dnok, __res_dnok, EARLY,
        (const char *name),
        name)
