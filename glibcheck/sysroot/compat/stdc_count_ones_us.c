/* stdc_count_ones_us: how many ones; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, count_ones, us, count_ones(x))
