/* fmaximumf: the greater of two numbers, a NaN if one is; since glibc 2.35. */
#define FLOAT
#include "_extreme.h"

COMPAT real fmaximumf(real one, real other)
{
    return extreme(one, other, 1, 0, 0);
}
