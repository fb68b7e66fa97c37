/* stdc_first_trailing_zero_uc: the place of the lowest zero, counted from the bottom; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_trailing_zero, uc, first_trailing((uc)~x))
