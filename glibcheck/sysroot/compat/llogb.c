/* llogb: the binary exponent of a number as a long; since glibc 2.25. */
#define DOUBLE
#include "_llogb.h"

COMPAT long llogb(real number)
{
    return exponent_of(number);
}
