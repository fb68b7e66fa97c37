/* preadv2: preadv with flags; since glibc 2.26. */
#include "_vectors.h"

VECTORS(preadv2, long, __NR_preadv2, preadv, readv)
