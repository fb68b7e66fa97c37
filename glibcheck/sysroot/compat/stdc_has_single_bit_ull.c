/* stdc_has_single_bit_ull: whether exactly one bit is set; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(_Bool, has_single_bit, ull, count_ones(x) == 1)
