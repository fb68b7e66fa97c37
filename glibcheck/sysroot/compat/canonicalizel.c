/* canonicalizel: a number in its canonical form, 0 when it has one; since glibc 2.25. */
#include "_real.h"

int __iscanonicall(long double number);

COMPAT int canonicalizel(real *out, const real *number)
{
#ifdef X87
    if (!__iscanonicall(*number)) {
        raise_invalid();
        return 1;
    }
#endif
    *out = is_signaling(number) ? used(*number) : *number;
    return 0;
}
