/* stdc_leading_zeros_uc: zeros before the highest one; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, leading_zeros, uc, leading_zeros(x, WIDTH(uc)))
