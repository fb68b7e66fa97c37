/* res_nquerydomain: __res_nquerydomain of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_nquerydomain, __res_nquerydomain, LATER,
        (void *state, const char *name, const char *domain, int class, int type, unsigned char *answer, int size),
        state, name, domain, class, type, answer, size)
