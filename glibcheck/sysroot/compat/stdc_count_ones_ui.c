/* stdc_count_ones_ui: how many ones; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, count_ones, ui, count_ones(x))
