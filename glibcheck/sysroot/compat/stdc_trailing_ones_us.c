/* stdc_trailing_ones_us: ones after the lowest zero; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, trailing_ones, us, trailing_zeros((us)~x, WIDTH(us)))
