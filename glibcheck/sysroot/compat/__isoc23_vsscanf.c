/* __isoc23_vsscanf: vsscanf of C99, without what C23 added (see _isoc23_scan.h); since glibc 2.38. */
#include "_isoc23_scan.h"

COMPAT int __isoc23_vsscanf(const char *text, const char *format, va_list rest)
{
    return __isoc99_vsscanf(text, format, rest);
}
