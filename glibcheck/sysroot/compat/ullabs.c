/* ullabs: the absolute value as an unsigned number, so that the lowest one has its own; since glibc 2.42. */
#include "_glibc.h"

COMPAT unsigned long long ullabs(long long number)
{
    return number < 0 ? -(unsigned long long)number : (unsigned long long)number;
}
