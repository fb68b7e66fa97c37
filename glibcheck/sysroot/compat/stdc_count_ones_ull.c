/* stdc_count_ones_ull: how many ones; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, count_ones, ull, count_ones(x))
