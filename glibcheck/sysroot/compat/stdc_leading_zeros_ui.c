/* stdc_leading_zeros_ui: zeros before the highest one; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, leading_zeros, ui, leading_zeros(x, WIDTH(ui)))
