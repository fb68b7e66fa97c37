/* res_ownok: __res_ownok of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_ownok, __res_ownok, EARLY,
        (const char *name),
        name)
