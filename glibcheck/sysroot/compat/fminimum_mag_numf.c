/* fminimum_mag_numf: the lesser of two numbers by magnitude, a NaN being none; since glibc 2.35. */
#define FLOAT
#include "_extreme.h"

COMPAT real fminimum_mag_numf(real one, real other)
{
    return extreme(one, other, -1, 1, 1);
}
