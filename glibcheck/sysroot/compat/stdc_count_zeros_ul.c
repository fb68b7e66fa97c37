/* stdc_count_zeros_ul: how many zeros; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, count_zeros, ul, WIDTH(ul) - count_ones(x))
