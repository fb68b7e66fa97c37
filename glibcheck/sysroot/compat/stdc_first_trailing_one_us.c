/* stdc_first_trailing_one_us: the place of the lowest one, counted from the bottom; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_trailing_one, us, first_trailing(x))
