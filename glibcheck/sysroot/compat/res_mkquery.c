/* res_mkquery: __res_mkquery of libresolv; since glibc 2.34. */
#include "_resolver.h"

RENAMED(res_mkquery, __res_mkquery, LATER,
        (int code, const char *name, int class, int type, const unsigned char *data, int length, const unsigned char *new_one, unsigned char *out, int size),
        code, name, class, type, data, length, new_one, out, size)
