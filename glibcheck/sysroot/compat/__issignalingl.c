/* __issignalingl: whether a number is a signaling NaN; since glibc 2.18. */
#include "_real.h"

COMPAT int __issignalingl(real number)
{
    return is_signaling(&number);
}
