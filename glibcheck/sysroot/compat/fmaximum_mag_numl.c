/* fmaximum_mag_numl: the greater of two numbers by magnitude, a NaN being none; since glibc 2.35. */
#include "_extreme.h"

COMPAT real fmaximum_mag_numl(real one, real other)
{
    return extreme(one, other, 1, 1, 1);
}
