/* stdc_bit_width_uc: how many bits the number needs; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, bit_width, uc, bit_width(x))
