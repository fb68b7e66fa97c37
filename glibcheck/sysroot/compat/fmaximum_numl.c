/* fmaximum_numl: the greater of two numbers, a NaN being none; since glibc 2.35. */
#include "_extreme.h"

COMPAT real fmaximum_numl(real one, real other)
{
    return extreme(one, other, 1, 0, 1);
}
