/* stdc_trailing_ones_ull: ones after the lowest zero; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, trailing_ones, ull, trailing_zeros((ull)~x, WIDTH(ull)))
