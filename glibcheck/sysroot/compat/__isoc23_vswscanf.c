/* __isoc23_vswscanf: vswscanf of C99, without what C23 added (see _isoc23_scan.h); since glibc 2.38. */
#include "_isoc23_scan.h"

COMPAT int __isoc23_vswscanf(const wchar_t *text, const wchar_t *format, va_list rest)
{
    return __isoc99_vswscanf(text, format, rest);
}
