/* The NaN that has a given payload: a whole number, not negative, of fewer bits than the fraction has. */
#pragma once
#include "_real.h"

/* Give 0 and the NaN; or 1 and 0 when there is no such NaN. `lowest` is the lowest payload that is allowed. */
static inline int set_payload(real *out, real payload, bits mark, int lowest)
{
    bits magnitude = magnitude_of(&payload);
    int exponent = (int)(magnitude >> FRACTION) - BIAS;
    *out = 0;
    if (is_negative(&payload) || exponent >= FRACTION - 1)
        return 1;
    if (magnitude != 0 && exponent < 0)
        return 1;
    bits whole = magnitude == 0 ? 0 : (magnitude & FRACTION_MASK) | ONE_BIT(FRACTION);
    bits below_one = ONE_BIT(FRACTION - (magnitude == 0 ? 0 : exponent)) - 1;
    if ((whole & below_one) != 0)
        return 1;
    whole = magnitude == 0 ? 0 : whole >> (FRACTION - exponent);
    if (whole < (bits)lowest)
        return 1;
    *out = made_of(0, INFINITE | mark | whole);
    return 0;
}
