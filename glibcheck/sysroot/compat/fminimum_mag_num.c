/* fminimum_mag_num: the lesser of two numbers by magnitude, a NaN being none; since glibc 2.35. */
#define DOUBLE
#include "_extreme.h"

COMPAT real fminimum_mag_num(real one, real other)
{
    return extreme(one, other, -1, 1, 1);
}
