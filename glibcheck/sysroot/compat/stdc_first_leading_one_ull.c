/* stdc_first_leading_one_ull: the place of the highest one, counted from the top; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_leading_one, ull, first_leading(x, WIDTH(ull)))
