/* stdc_bit_floor_uc: the highest power of two that is not above; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(uc, bit_floor, uc, bit_floor(x))
