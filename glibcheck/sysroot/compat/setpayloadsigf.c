/* setpayloadsigf: the signaling NaN with a payload, 1 when there is none; since glibc 2.25. */
#define FLOAT
#include "_payload.h"

COMPAT int setpayloadsigf(real *out, real payload)
{
    return set_payload(out, payload, 0, 1);
}
