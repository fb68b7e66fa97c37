/* llogbl: the binary exponent of a number as a long; since glibc 2.25. */
#include "_llogb.h"

COMPAT long llogbl(real number)
{
    return exponent_of(number);
}
