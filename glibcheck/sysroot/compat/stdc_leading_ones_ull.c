/* stdc_leading_ones_ull: ones before the highest zero; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, leading_ones, ull, leading_zeros((ull)~x, WIDTH(ull)))
