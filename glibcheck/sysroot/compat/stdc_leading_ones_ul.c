/* stdc_leading_ones_ul: ones before the highest zero; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, leading_ones, ul, leading_zeros((ul)~x, WIDTH(ul)))
