/* uabs: the absolute value as an unsigned number, so that the lowest one has its own; since glibc 2.42. */
#include "_glibc.h"

COMPAT unsigned int uabs(int number)
{
    return number < 0 ? -(unsigned int)number : (unsigned int)number;
}
