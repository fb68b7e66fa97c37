/* totalordermagf: totalorder of the magnitudes; since glibc 2.25 (by pointer since 2.31). */
#define FLOAT
#include "_real.h"

COMPAT int totalordermagf(const real *one, const real *other)
{
    return magnitude_of(one) <= magnitude_of(other);
}
