/* stdc_bit_floor_us: the highest power of two that is not above; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(us, bit_floor, us, bit_floor(x))
