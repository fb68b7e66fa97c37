/* stdc_trailing_ones_ui: ones after the lowest zero; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, trailing_ones, ui, trailing_zeros((ui)~x, WIDTH(ui)))
