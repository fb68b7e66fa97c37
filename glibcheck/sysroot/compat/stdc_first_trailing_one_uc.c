/* stdc_first_trailing_one_uc: the place of the lowest one, counted from the bottom; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_trailing_one, uc, first_trailing(x))
