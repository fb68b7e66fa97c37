/* res_hnok: __res_hnok of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_hnok, __res_hnok, EARLY,
        (const char *name),
        name)
