/* fminimuml: the lesser of two numbers, a NaN if one is; since glibc 2.35. */
#include "_extreme.h"

COMPAT real fminimuml(real one, real other)
{
    return extreme(one, other, -1, 0, 0);
}
