/* fminimum_magf: the lesser of two numbers by magnitude, a NaN if one is; since glibc 2.35. */
#define FLOAT
#include "_extreme.h"

COMPAT real fminimum_magf(real one, real other)
{
    return extreme(one, other, -1, 1, 0);
}
