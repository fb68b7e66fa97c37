/* fmaximuml: the greater of two numbers, a NaN if one is; since glibc 2.35. */
#include "_extreme.h"

COMPAT real fmaximuml(real one, real other)
{
    return extreme(one, other, 1, 0, 0);
}
