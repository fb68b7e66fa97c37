/* res_nsend: __res_nsend of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_nsend, __res_nsend, LATER,
        (void *state, const unsigned char *message, int length, unsigned char *answer, int size),
        state, message, length, answer, size)
