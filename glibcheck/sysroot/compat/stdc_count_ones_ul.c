/* stdc_count_ones_ul: how many ones; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, count_ones, ul, count_ones(x))
