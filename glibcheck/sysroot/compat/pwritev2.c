/* pwritev2: pwritev with flags; since glibc 2.26. */
#include "_vectors.h"

VECTORS(pwritev2, long, __NR_pwritev2, pwritev, writev)
