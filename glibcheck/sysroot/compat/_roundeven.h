/* roundeven, roundevenf and roundevenl: the nearest whole number, of two the even one, for a member that says FLOAT,
 * DOUBLE or neither.
 */
#pragma once
#include "_real.h"

static inline real rounded(real number)
{
    bits magnitude = magnitude_of(&number);
    int exponent = (int)(magnitude >> FRACTION) - BIAS;
    if (exponent > HIGHEST_EXPONENT - BIAS - 1)
        return used(number); /* infinity or NaN */
    if (exponent >= FRACTION)
        return number;
    if (exponent < -1)
        return made_of(is_negative(&number), 0);
    /* Add less than a half, or a half when the whole part is odd, and cut. For exponent 0 the lowest bit of the whole
       part is the implied one, and the bias is odd: so the bit in its place says "odd", too. */
    if (exponent == -1)
        return made_of(is_negative(&number), magnitude > (bits)(BIAS - 1) << FRACTION ? (bits)BIAS << FRACTION : 0);
    bits one = ONE_BIT(FRACTION - exponent), half = one >> 1;
    bits odd = magnitude & one ? 1 : 0;
    magnitude += half - 1 + odd;
    return made_of(is_negative(&number), magnitude & ~(one - 1));
}
