/* llogbf: the binary exponent of a number as a long; since glibc 2.25. */
#define FLOAT
#include "_llogb.h"

COMPAT long llogbf(real number)
{
    return exponent_of(number);
}
