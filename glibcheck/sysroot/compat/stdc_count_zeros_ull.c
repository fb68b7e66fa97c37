/* stdc_count_zeros_ull: how many zeros; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, count_zeros, ull, WIDTH(ull) - count_ones(x))
