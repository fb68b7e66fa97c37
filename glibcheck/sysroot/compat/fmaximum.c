/* fmaximum: the greater of two numbers, a NaN if one is; since glibc 2.35. */
#define DOUBLE
#include "_extreme.h"

COMPAT real fmaximum(real one, real other)
{
    return extreme(one, other, 1, 0, 0);
}
