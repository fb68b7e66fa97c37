/* stdc_first_trailing_zero_us: the place of the lowest zero, counted from the bottom; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_trailing_zero, us, first_trailing((us)~x))
