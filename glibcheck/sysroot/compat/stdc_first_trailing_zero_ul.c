/* stdc_first_trailing_zero_ul: the place of the lowest zero, counted from the bottom; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_trailing_zero, ul, first_trailing((ul)~x))
