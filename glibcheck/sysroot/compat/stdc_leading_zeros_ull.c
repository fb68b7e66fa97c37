/* stdc_leading_zeros_ull: zeros before the highest one; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, leading_zeros, ull, leading_zeros(x, WIDTH(ull)))
