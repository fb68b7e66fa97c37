/* stdc_bit_ceil_us: the lowest power of two that is not below, 0 when it does not fit; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(us, bit_ceil, us, bit_ceil(x))
