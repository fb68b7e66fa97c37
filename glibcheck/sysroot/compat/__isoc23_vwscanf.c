/* __isoc23_vwscanf: vwscanf of C99, without what C23 added (see _isoc23_scan.h); since glibc 2.38. */
#include "_isoc23_scan.h"

COMPAT int __isoc23_vwscanf(const wchar_t *format, va_list rest)
{
    return __isoc99_vwscanf(format, rest);
}
