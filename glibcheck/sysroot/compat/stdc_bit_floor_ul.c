/* stdc_bit_floor_ul: the highest power of two that is not above; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(ul, bit_floor, ul, bit_floor(x))
