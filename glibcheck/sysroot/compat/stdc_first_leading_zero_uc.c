/* stdc_first_leading_zero_uc: the place of the highest zero, counted from the top; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_leading_zero, uc, first_leading((uc)~x, WIDTH(uc)))
