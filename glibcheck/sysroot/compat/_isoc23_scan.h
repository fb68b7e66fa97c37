/* The scanf family as C23 has it, by the functions that glibc has had for C99 since 2.7.
 *
 * The same, but for what C23 added: %i does not take a binary prefix ("0b101" is read as 0, and "b101" is left), and
 * %b and the %w lengths end the scan as any conversion that is not known. glibc 2.38 gave the C23 forms their names.
 */
#pragma once
#include "_glibc.h"

int __isoc99_vfscanf(FILE *stream, const char *format, va_list rest);
int __isoc99_vscanf(const char *format, va_list rest);
int __isoc99_vsscanf(const char *text, const char *format, va_list rest);
int __isoc99_vfwscanf(FILE *stream, const wchar_t *format, va_list rest);
int __isoc99_vwscanf(const wchar_t *format, va_list rest);
int __isoc99_vswscanf(const wchar_t *text, const wchar_t *format, va_list rest);
