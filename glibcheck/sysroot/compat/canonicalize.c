/* canonicalize: a number in its canonical form, 0 when it has one; since glibc 2.25. */
#define DOUBLE
#include "_real.h"

COMPAT int canonicalize(real *out, const real *number)
{
    *out = is_signaling(number) ? used(*number) : *number;
    return 0;
}
