/* pwritev64v2: pwritev64 with flags; since glibc 2.26. */
#include "_vectors.h"

VECTORS(pwritev64v2, int64_t, __NR_pwritev2, pwritev64, writev)
