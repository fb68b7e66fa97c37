/* res_send: __res_send of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_send, __res_send, EARLY,
        (const unsigned char *message, int length, unsigned char *answer, int size),
        message, length, answer, size)
