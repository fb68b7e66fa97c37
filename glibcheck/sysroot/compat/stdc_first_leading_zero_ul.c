/* stdc_first_leading_zero_ul: the place of the highest zero, counted from the top; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_leading_zero, ul, first_leading((ul)~x, WIDTH(ul)))
