/* fminimum_magl: the lesser of two numbers by magnitude, a NaN if one is; since glibc 2.35. */
#include "_extreme.h"

COMPAT real fminimum_magl(real one, real other)
{
    return extreme(one, other, -1, 1, 0);
}
