/* stdc_bit_ceil_ull: the lowest power of two that is not below, 0 when it does not fit; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(ull, bit_ceil, ull, bit_ceil(x))
