/* res_nsearch: __res_nsearch of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_nsearch, __res_nsearch, LATER,
        (void *state, const char *name, int class, int type, unsigned char *answer, int size),
        state, name, class, type, answer, size)
