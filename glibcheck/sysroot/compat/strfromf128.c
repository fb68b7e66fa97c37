/* strfromf128: a _Float128 as text; since glibc 2.26. By strfroml: exact where long double has that format.
 *
 * On x86 the number is rounded to the 64 bits and the range of x87's long double first. libstdc++ of gcc 13 and newer
 * refers to it from std::to_chars, whether anybody writes a _Float128 or not.
 */
#include "_float128.h"

int strfroml(char *out, size_t size, const char *format, long double number);

COMPAT int strfromf128(char *out, size_t size, const char *format, quad number)
{
    return strfroml(out, size, format, (long double)number);
}
