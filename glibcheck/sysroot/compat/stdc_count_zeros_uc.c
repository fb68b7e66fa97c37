/* stdc_count_zeros_uc: how many zeros; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, count_zeros, uc, WIDTH(uc) - count_ones(x))
