/* Maximum and minimum as IEEE 754-2019 has them (fmaximum and the seven like it) and as 2008 had them (fmaxmag, fminmag).
 *
 * Those of 2019 hold +0 for greater than -0. Without "num" a NaN gives a NaN; with it the number, and a signaling NaN
 * raises "invalid". The sum of the two is how a NaN is passed on.
 */
#pragma once
#include "_real.h"

/* Compare: 1 greater, -1 less, 0 equal; `by_sign` puts -0 below +0. No NaN comes here. */
static inline int order(real one, real other, int by_sign)
{
    if (one != other)
        return one > other ? 1 : -1;
    return by_sign ? is_negative(&other) - is_negative(&one) : 0;
}

static inline real number_of(real one, real other)
{
    if (is_nan(&one) && is_nan(&other))
        return one + other;
    if (is_signaling(&one) || is_signaling(&other))
        raise_invalid();
    return is_nan(&one) ? other : one;
}

static inline real extreme(real one, real other, int sign, int by_magnitude, int numbers)
{
    if (is_nan(&one) || is_nan(&other))
        return numbers ? number_of(one, other) : one + other;
    int first = by_magnitude ? order(OF_TYPE(fabs)(one), OF_TYPE(fabs)(other), 0) : 0;
    if (first == 0)
        first = order(one, other, 1);
    return first * sign >= 0 ? one : other;
}
