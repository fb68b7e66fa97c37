/* fmaximum_magl: the greater of two numbers by magnitude, a NaN if one is; since glibc 2.35. */
#include "_extreme.h"

COMPAT real fmaximum_magl(real one, real other)
{
    return extreme(one, other, 1, 1, 0);
}
