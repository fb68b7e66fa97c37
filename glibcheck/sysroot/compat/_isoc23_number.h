/* strtol and its relatives as C23 has them: "0b" and "0B" begin a binary number when the base is 0 or 2.
 *
 * glibc 2.38 gave them names of their own (__isoc23_strtol), which its headers put in when C23 or _GNU_SOURCE is asked
 * for: so C++ and every file that includes Python.h. A member says NAME, OLD (the function before C23), OLD_UNSIGNED
 * (the one that reads a magnitude), TYPE, SIGNED (1 or 0), and where it applies WIDE and LOCALE.
 */
#pragma once
#include "_glibc.h"

#ifdef WIDE
typedef wchar_t character;
#define SPACE iswspace
#define SPACE_L iswspace_l
#define CODE(c) ((unsigned int)(c))
#else
typedef char character;
#define SPACE isspace
#define SPACE_L isspace_l
#define CODE(c) ((unsigned char)(c))
#endif

#ifdef LOCALE
#define LOCALE_PARAMETER , void *locale
#define LOCALE_ARGUMENT , locale
#define IS_SPACE(c) SPACE_L(CODE(c), locale)
#else
#define LOCALE_PARAMETER
#define LOCALE_ARGUMENT
#define IS_SPACE(c) SPACE(CODE(c))
#endif

#if SIGNED
#define RESULT TYPE
#else
#define RESULT unsigned TYPE
#endif

#ifdef WIDE
int iswspace(unsigned int code);
int iswspace_l(unsigned int code, void *locale);
#else
int isspace(int code);
int isspace_l(int code, void *locale);
#endif
RESULT OLD(const character *text, character **end, int base LOCALE_PARAMETER);
#if SIGNED
unsigned TYPE OLD_UNSIGNED(const character *text, character **end, int base LOCALE_PARAMETER);
#endif

/* Give the first digit behind a binary prefix; NULL where there is none, or no digit behind it. */
static const character *binary_digits(const character *text, int base, int *negative LOCALE_PARAMETER)
{
    if (base != 0 && base != 2)
        return NULL;
    while (IS_SPACE(*text))
        ++text;
    *negative = *text == '-';
    if (*text == '-' || *text == '+')
        ++text;
    if (text[0] != '0' || (text[1] != 'b' && text[1] != 'B') || (text[2] != '0' && text[2] != '1'))
        return NULL;
    return text + 2;
}

/* Give the magnitude its sign; one that does not fit becomes the nearest that does, with ERANGE. */
static RESULT with_sign(unsigned TYPE magnitude, int negative)
{
#if SIGNED
    unsigned TYPE highest = ~(unsigned TYPE)0 >> 1;
    if (magnitude > highest + (unsigned)negative) {
        errno = ERANGE;
        magnitude = highest + (unsigned)negative;
    }
#endif
    return (RESULT)(negative ? -magnitude : magnitude);
}

COMPAT RESULT NAME(const character *text, character **end, int base LOCALE_PARAMETER)
{
    int negative = 0;
    const character *digits = binary_digits(text, base, &negative LOCALE_ARGUMENT);
    if (digits == NULL)
        return OLD(text, end, base LOCALE_ARGUMENT);
    int before = errno;
    errno = 0;
    unsigned TYPE magnitude = OLD_UNSIGNED(digits, end, 2 LOCALE_ARGUMENT);
    if (errno == ERANGE) /* then the magnitude is the highest, and as such no sign makes it fit */
        return SIGNED ? with_sign(magnitude, negative) : (RESULT)magnitude;
    errno = before;
    return with_sign(magnitude, negative);
}
