/* stdc_bit_floor_ull: the highest power of two that is not above; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(ull, bit_floor, ull, bit_floor(x))
