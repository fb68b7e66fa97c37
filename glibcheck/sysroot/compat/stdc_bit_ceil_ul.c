/* stdc_bit_ceil_ul: the lowest power of two that is not below, 0 when it does not fit; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(ul, bit_ceil, ul, bit_ceil(x))
