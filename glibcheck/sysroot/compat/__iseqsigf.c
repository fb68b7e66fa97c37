/* __iseqsigf: whether two numbers are equal, with "invalid" and EDOM for any NaN; since glibc 2.25. */
#define FLOAT
#include "_real.h"

COMPAT int __iseqsigf(real one, real other)
{
    if (is_nan(&one) || is_nan(&other)) {
        raise_invalid();
        errno = EDOM;
        return 0;
    }
    return one == other;
}
