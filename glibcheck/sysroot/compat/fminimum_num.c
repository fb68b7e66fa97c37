/* fminimum_num: the lesser of two numbers, a NaN being none; since glibc 2.35. */
#define DOUBLE
#include "_extreme.h"

COMPAT real fminimum_num(real one, real other)
{
    return extreme(one, other, -1, 0, 1);
}
