/* stdc_bit_ceil_uc: the lowest power of two that is not below, 0 when it does not fit; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(uc, bit_ceil, uc, bit_ceil(x))
