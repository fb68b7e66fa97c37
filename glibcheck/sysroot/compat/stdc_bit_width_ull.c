/* stdc_bit_width_ull: how many bits the number needs; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, bit_width, ull, bit_width(x))
