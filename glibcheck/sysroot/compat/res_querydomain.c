/* res_querydomain: __res_querydomain of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_querydomain, __res_querydomain, LATER,
        (const char *name, const char *domain, int class, int type, unsigned char *answer, int size),
        name, domain, class, type, answer, size)
