/* umaxabs: the absolute value as an unsigned number, so that the lowest one has its own; since glibc 2.43. */
#include "_glibc.h"

COMPAT __UINTMAX_TYPE__ umaxabs(__INTMAX_TYPE__ number)
{
    return number < 0 ? -(__UINTMAX_TYPE__)number : (__UINTMAX_TYPE__)number;
}
