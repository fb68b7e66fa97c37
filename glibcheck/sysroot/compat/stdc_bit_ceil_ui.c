/* stdc_bit_ceil_ui: the lowest power of two that is not below, 0 when it does not fit; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(ui, bit_ceil, ui, bit_ceil(x))
