/* stdc_leading_ones_us: ones before the highest zero; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, leading_ones, us, leading_zeros((us)~x, WIDTH(us)))
