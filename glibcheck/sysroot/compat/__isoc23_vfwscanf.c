/* __isoc23_vfwscanf: vfwscanf of C99, without what C23 added (see _isoc23_scan.h); since glibc 2.38. */
#include "_isoc23_scan.h"

COMPAT int __isoc23_vfwscanf(FILE *stream, const wchar_t *format, va_list rest)
{
    return __isoc99_vfwscanf(stream, format, rest);
}
