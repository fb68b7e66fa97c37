/* stdc_leading_zeros_us: zeros before the highest one; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, leading_zeros, us, leading_zeros(x, WIDTH(us)))
