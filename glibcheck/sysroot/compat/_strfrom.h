/* strfromd, strfromf, strfroml: one floating-point number as text, by snprintf; since glibc 2.25.
 *
 * The format is "%", a precision if any, and one of aAeEfFgG. With any other the process ends, as in glibc.
 */
#pragma once
#include "_glibc.h"

int snprintf(char *out, size_t size, const char *format, ...);

/* Read the format: the conversion is the value, the precision is put where it belongs, -1 for none. */
static char conversion(const char *format, int *precision)
{
    *precision = -1;
    if (*format++ != '%')
        abort();
    if (*format == '.')
        for (*precision = 0, ++format; *format >= '0' && *format <= '9'; ++format)
            *precision = *precision * 10 + (*format - '0');
    switch (*format) {
    case 'a': case 'A': case 'e': case 'E': case 'f': case 'F': case 'g': case 'G':
        return *format;
    default:
        abort();
    }
}

#define STRFROM(symbol, type, length, promoted)                                        \
    COMPAT int symbol(char *out, size_t size, const char *format, type number)         \
    {                                                                                  \
        int precision;                                                                 \
        char last = conversion(format, &precision);                                    \
        char full[] = {'%', '.', '*', length, last, 0};                                \
        return snprintf(out, size, full, precision, (promoted)number);                 \
    }
