/* stdc_leading_ones_ui: ones before the highest zero; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, leading_ones, ui, leading_zeros((ui)~x, WIDTH(ui)))
