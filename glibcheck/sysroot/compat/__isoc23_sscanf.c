/* __isoc23_sscanf: sscanf of C99, without what C23 added (see _isoc23_scan.h); since glibc 2.38. */
#include "_isoc23_scan.h"

COMPAT int __isoc23_sscanf(const char *text, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    int read = __isoc99_vsscanf(text, format, rest);
    va_end(rest);
    return read;
}
