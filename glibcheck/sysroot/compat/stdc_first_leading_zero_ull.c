/* stdc_first_leading_zero_ull: the place of the highest zero, counted from the top; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_leading_zero, ull, first_leading((ull)~x, WIDTH(ull)))
