/* stdc_bit_width_ul: how many bits the number needs; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, bit_width, ul, bit_width(x))
