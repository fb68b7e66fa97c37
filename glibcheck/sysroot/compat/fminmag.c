/* fminmag: the lesser of two numbers by magnitude, as IEEE 754-2008 has it; since glibc 2.25. */
#define DOUBLE
#include "_extreme.h"

COMPAT real fminmag(real one, real other)
{
    if (is_signaling(&one) || is_signaling(&other))
        return one + other;
    if (is_nan(&one) || is_nan(&other))
        return is_nan(&other) ? one : other;
    int first = order(OF_TYPE(fabs)(one), OF_TYPE(fabs)(other), 0);
    if (first == 0)
        first = order(one, other, 0);
    return first < 0 ? one : other;
}
