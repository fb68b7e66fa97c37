/* res_mailok: __res_mailok of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_mailok, __res_mailok, EARLY,
        (const char *name),
        name)
