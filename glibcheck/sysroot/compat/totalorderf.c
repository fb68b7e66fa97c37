/* totalorderf: whether a number is not above another in the order of all, NaNs and -0 too; since glibc 2.25 (by pointer since 2.31). */
#define FLOAT
#include "_real.h"

COMPAT int totalorderf(const real *one, const real *other)
{
    bits first = magnitude_of(one), second = magnitude_of(other);
    if (is_negative(one) != is_negative(other))
        return is_negative(one);
    return is_negative(one) ? first >= second : first <= second;
}
