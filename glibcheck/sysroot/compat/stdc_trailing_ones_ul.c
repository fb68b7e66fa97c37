/* stdc_trailing_ones_ul: ones after the lowest zero; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, trailing_ones, ul, trailing_zeros((ul)~x, WIDTH(ul)))
