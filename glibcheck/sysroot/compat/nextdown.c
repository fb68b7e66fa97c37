/* nextdown: the next number towards minus infinity; since glibc 2.24. */
#define DOUBLE
#include "_real.h"

COMPAT real nextdown(real number)
{
    bits magnitude = magnitude_of(&number);
    if (magnitude > INFINITE)
        return used(number);
    if (magnitude == 0)
        return made_of(1, 1);
    if (!is_negative(&number))
        return made_of(0, magnitude - 1);
    return magnitude == INFINITE ? number : made_of(1, magnitude + 1);
}
