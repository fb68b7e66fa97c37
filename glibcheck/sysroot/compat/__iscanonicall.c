/* __iscanonicall: whether an x87 number has the leading bit that its exponent asks for; since glibc 2.25. */
#include "_glibc.h"

union parts {
    long double number;
    struct {
        uint64_t significand;
        uint16_t sign_and_exponent;
    } x87;
};

COMPAT int __iscanonicall(long double number)
{
    union parts parts = {number};
    int leading = (int)(parts.x87.significand >> 63);
    return (parts.x87.sign_and_exponent & 0x7fff) != 0 ? leading : !leading;
}
