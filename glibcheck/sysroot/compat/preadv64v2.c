/* preadv64v2: preadv64 with flags; since glibc 2.26. */
#include "_vectors.h"

VECTORS(preadv64v2, int64_t, __NR_preadv2, preadv64, readv)
