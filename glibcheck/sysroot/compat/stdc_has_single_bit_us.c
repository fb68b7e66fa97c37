/* stdc_has_single_bit_us: whether exactly one bit is set; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(_Bool, has_single_bit, us, count_ones(x) == 1)
