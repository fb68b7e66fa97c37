/* stdc_leading_ones_uc: ones before the highest zero; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, leading_ones, uc, leading_zeros((uc)~x, WIDTH(uc)))
