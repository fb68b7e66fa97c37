/* stdc_first_leading_zero_ui: the place of the highest zero, counted from the top; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(unsigned int, first_leading_zero, ui, first_leading((ui)~x, WIDTH(ui)))
