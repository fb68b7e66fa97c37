/* stdc_first_leading_one_us: the place of the highest one, counted from the top; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_leading_one, us, first_leading(x, WIDTH(us)))
