/* fmaximum_numf: the greater of two numbers, a NaN being none; since glibc 2.35. */
#define FLOAT
#include "_extreme.h"

COMPAT real fmaximum_numf(real one, real other)
{
    return extreme(one, other, 1, 0, 1);
}
