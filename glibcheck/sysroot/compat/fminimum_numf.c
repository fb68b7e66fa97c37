/* fminimum_numf: the lesser of two numbers, a NaN being none; since glibc 2.35. */
#define FLOAT
#include "_extreme.h"

COMPAT real fminimum_numf(real one, real other)
{
    return extreme(one, other, -1, 0, 1);
}
