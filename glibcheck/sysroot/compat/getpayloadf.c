/* getpayloadf: the payload of a NaN as a number, -1 for what is none; since glibc 2.25. */
#define FLOAT
#include "_real.h"

COMPAT real getpayloadf(const real *number)
{
    if (!is_nan(number))
        return -1;
    return (real)(magnitude_of(number) & (QUIET - 1));
}
