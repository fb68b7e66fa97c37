/* stdc_count_ones_uc: how many ones; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, count_ones, uc, count_ones(x))
