/* strtof128: a text as _Float128; since glibc 2.26. By strtold: exact where long double has that format.
 *
 * On x86 the number has the 64 bits and the range of x87's long double, not the 113 bits of _Float128. libstdc++ of
 * gcc 13 and newer refers to it from std::from_chars, whether anybody reads a _Float128 or not.
 */
#include "_float128.h"

long double strtold(const char *text, char **end);

COMPAT quad strtof128(const char *text, char **end)
{
    return (quad)strtold(text, end);
}
