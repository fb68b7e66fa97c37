/* stdc_bit_width_us: how many bits the number needs; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, bit_width, us, bit_width(x))
