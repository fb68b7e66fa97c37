/* stdc_trailing_zeros_us: zeros after the lowest one; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, trailing_zeros, us, trailing_zeros(x, WIDTH(us)))
