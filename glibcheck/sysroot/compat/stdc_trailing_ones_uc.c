/* stdc_trailing_ones_uc: ones after the lowest zero; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, trailing_ones, uc, trailing_zeros((uc)~x, WIDTH(uc)))
