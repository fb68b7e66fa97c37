/* stdc_bit_floor_ui: the highest power of two that is not above; since glibc 2.39. */
#include "_stdbit.h"

STDBIT(ui, bit_floor, ui, bit_floor(x))
