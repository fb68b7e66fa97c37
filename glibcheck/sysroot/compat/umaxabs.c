/* umaxabs: the absolute value as an unsigned number, so that the lowest one has its own; since glibc 2.43. */
#include "_glibc.h"

COMPAT uintmax_t umaxabs(intmax_t number)
{
    return number < 0 ? -(uintmax_t)number : (uintmax_t)number;
}
