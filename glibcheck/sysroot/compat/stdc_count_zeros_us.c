/* stdc_count_zeros_us: how many zeros; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, count_zeros, us, WIDTH(us) - count_ones(x))
