/* stdc_leading_zeros_ul: zeros before the highest one; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, leading_zeros, ul, leading_zeros(x, WIDTH(ul)))
