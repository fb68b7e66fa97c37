/* stdc_trailing_zeros_ull: zeros after the lowest one; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, trailing_zeros, ull, trailing_zeros(x, WIDTH(ull)))
