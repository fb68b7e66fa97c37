/* __issignaling: whether a number is a signaling NaN; since glibc 2.18. */
#define DOUBLE
#include "_real.h"

COMPAT int __issignaling(real number)
{
    return is_signaling(&number);
}
