/* stdc_trailing_zeros_ul: zeros after the lowest one; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, trailing_zeros, ul, trailing_zeros(x, WIDTH(ul)))
