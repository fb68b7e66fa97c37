/* __issignalingf: whether a number is a signaling NaN; since glibc 2.18. */
#define FLOAT
#include "_real.h"

COMPAT int __issignalingf(real number)
{
    return is_signaling(&number);
}
