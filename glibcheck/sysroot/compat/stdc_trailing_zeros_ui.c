/* stdc_trailing_zeros_ui: zeros after the lowest one; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, trailing_zeros, ui, trailing_zeros(x, WIDTH(ui)))
