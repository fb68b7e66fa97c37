/* fetestexceptflag: which exceptions a saved state has; since glibc 2.25. */
#include "_environment.h"

COMPAT int fetestexceptflag(const flags_type *flags, int exceptions)
{
    return *flags & exceptions & ALL_EXCEPTIONS;
}
