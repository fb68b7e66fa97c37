/* stdc_trailing_zeros_uc: zeros after the lowest one; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, trailing_zeros, uc, trailing_zeros(x, WIDTH(uc)))
