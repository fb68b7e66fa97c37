/* fminimum_mag: the lesser of two numbers by magnitude, a NaN if one is; since glibc 2.35. */
#define DOUBLE
#include "_extreme.h"

COMPAT real fminimum_mag(real one, real other)
{
    return extreme(one, other, -1, 1, 0);
}
