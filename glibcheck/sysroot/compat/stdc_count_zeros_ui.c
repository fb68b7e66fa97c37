/* stdc_count_zeros_ui: how many zeros; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, count_zeros, ui, WIDTH(ui) - count_ones(x))
