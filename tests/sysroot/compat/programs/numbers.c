/* Numbers read from text and written as text, and the bits of numbers. */
#include "compare.h"

#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <wchar.h>

OURS(strfromd);
OURS(strfromf);
OURS(strfroml);

#ifdef __x86_64__
/* The member has the precision of long double: the same for numbers that fit it. */
extern __float128 strtof128(const char *, char **), compat_strtof128(const char *, char **);
extern int strfromf128(char *, size_t, const char *, __float128), compat_strfromf128(char *, size_t, const char *, __float128);
#endif

static const char *const formats[] = {"%a", "%A", "%e", "%E", "%f", "%F", "%g", "%G", "%.0f", "%.f", "%.3e", "%.10g", "%.30f", "%.1a", "%.0e", "%.100g"};
#define FORMATS (sizeof formats / sizeof formats[0])

static void writing(double number)
{
    char one[600], other[600];
    for (size_t i = 0; i < FORMATS; ++i)
        for (size_t size = 0; size < 600; size = size * 3 + 5) {
#define WRITE(f, value)                                                                                          \
    memset(one, 'x', 600), memset(other, 'x', 600);                                                              \
    SAME_RESULT(#f, int, compat_##f(one, size, formats[i], value), f(other, size, formats[i], value));           \
    SAME(#f, memcmp(one, other, 600) == 0, "%.100s for %.100s", one, other);
            WRITE(strfromd, number)
            WRITE(strfromf, (float)number)
            WRITE(strfroml, (long double)number)
            WRITE(strfroml, (long double)number / 3)
#ifdef __x86_64__
            if (strpbrk(formats[i], "aA") == NULL) { /* the hexadecimal form shows how the bits are stored */
                WRITE(strfromf128, (__float128)number)
                WRITE(strfromf128, (__float128)((long double)number / 3))
            }
#endif
        }
}

static void reading_128(void)
{
#ifdef __x86_64__
    const char *texts[] = {"0", "-0", "1", "-1.5", "0x1.8p3", "inf", "-infinity", "  12e3x", "1e-4900", "", "x", "1e9999", "12345678901234567", "0.5"};
    for (int i = 0; i < 14; ++i) {
        char *end, *end_other;
        errno = 0;
        __float128 a = compat_strtof128(texts[i], &end);
        int a_error = errno;
        errno = 0;
        __float128 b = strtof128(texts[i], &end_other);
        __float128 difference = a > b ? a - b : b - a, size = b < 0 ? -b : b;
        int close = a == b || difference <= size * 0x1p-63q;
        SAME("strtof128", close && end == end_other && a_error == errno, "%s: errno %d for %d", texts[i], a_error, errno);
    }
#endif
}

#if __GLIBC_PREREQ(2, 38)
#define READER(result, name, character) extern result name(const character *, character **, int), compat_##name(const character *, character **, int)
#define READER_L(result, name, character) extern result name(const character *, character **, int, locale_t), compat_##name(const character *, character **, int, locale_t)
READER(long, __isoc23_strtol, char);
READER(long long, __isoc23_strtoll, char);
READER(unsigned long, __isoc23_strtoul, char);
READER(unsigned long long, __isoc23_strtoull, char);
READER(intmax_t, __isoc23_strtoimax, char);
READER(uintmax_t, __isoc23_strtoumax, char);
READER_L(long, __isoc23_strtol_l, char);
READER_L(long long, __isoc23_strtoll_l, char);
READER_L(unsigned long, __isoc23_strtoul_l, char);
READER_L(unsigned long long, __isoc23_strtoull_l, char);
READER(long, __isoc23_wcstol, wchar_t);
READER(long long, __isoc23_wcstoll, wchar_t);
READER(unsigned long, __isoc23_wcstoul, wchar_t);
READER(unsigned long long, __isoc23_wcstoull, wchar_t);
READER(intmax_t, __isoc23_wcstoimax, wchar_t);
READER(uintmax_t, __isoc23_wcstoumax, wchar_t);
READER_L(long, __isoc23_wcstol_l, wchar_t);
READER_L(long long, __isoc23_wcstoll_l, wchar_t);
READER_L(unsigned long, __isoc23_wcstoul_l, wchar_t);
READER_L(unsigned long long, __isoc23_wcstoull_l, wchar_t);

static void reading_one(const char *text)
{
    int bases[] = {0, 2, 8, 10, 16, 36, 1, 37, -1, 3};
    wchar_t wide[128];
    int length = 0;
    do
        wide[length] = (unsigned char)text[length];
    while (text[length++] != 0);
    locale_t locale = newlocale(LC_ALL_MASK, "C", NULL);
    for (int i = 0; i < 10; ++i) {
#define READ(name, result, character, from, ...)                                                                  \
    do {                                                                                                          \
        character *end = NULL, *end_other = NULL;                                                                 \
        BOTH(result, compat_##name(from, &end, bases[i] __VA_ARGS__), name(from, &end_other, bases[i] __VA_ARGS__)) \
        SAME(#name, a == b && a_error == b_error && end == end_other, "'%s' base %d: %lld (errno %d, end %d) for %lld (errno %d, end %d)", \
             text, bases[i], (long long)a, a_error, end ? (int)(end - (character *)from) : -1, (long long)b, b_error, end_other ? (int)(end_other - (character *)from) : -1); \
        errno = 7;                                                                                                \
        compat_##name(from, NULL, bases[i] __VA_ARGS__);                                                          \
        SAME(#name, errno == (a_error ? a_error : 7), "errno %d is left", errno);                                 \
    } while (0)
        READ(__isoc23_strtol, long, char, text);
        READ(__isoc23_strtoll, long long, char, text);
        READ(__isoc23_strtoul, unsigned long, char, text);
        READ(__isoc23_strtoull, unsigned long long, char, text);
        READ(__isoc23_strtoimax, intmax_t, char, text);
        READ(__isoc23_strtoumax, uintmax_t, char, text);
        READ(__isoc23_strtol_l, long, char, text, , locale);
        READ(__isoc23_strtoll_l, long long, char, text, , locale);
        READ(__isoc23_strtoul_l, unsigned long, char, text, , locale);
        READ(__isoc23_strtoull_l, unsigned long long, char, text, , locale);
        READ(__isoc23_wcstol, long, wchar_t, wide);
        READ(__isoc23_wcstoll, long long, wchar_t, wide);
        READ(__isoc23_wcstoul, unsigned long, wchar_t, wide);
        READ(__isoc23_wcstoull, unsigned long long, wchar_t, wide);
        READ(__isoc23_wcstoimax, intmax_t, wchar_t, wide);
        READ(__isoc23_wcstoumax, uintmax_t, wchar_t, wide);
        READ(__isoc23_wcstol_l, long, wchar_t, wide, , locale);
        READ(__isoc23_wcstoll_l, long long, wchar_t, wide, , locale);
        READ(__isoc23_wcstoul_l, unsigned long, wchar_t, wide, , locale);
        READ(__isoc23_wcstoull_l, unsigned long long, wchar_t, wide, , locale);
    }
    freelocale(locale);
}

static void reading(void)
{
    const char *texts[] = {"", " ", "0", "1", "-1", "+1", "0b", "0b1", "0B1", "0b101", "-0b101", "+0B11", " \t\n0b1", "0b2", "0b12", "0b0b1", "0b 1", "0b-1", "0b+1", "- 0b1", "--1",
                           "0x", "0x1", "0xg", "0b102", "b1", "0bz", "00b1", "07", "08", "0b00000", "0b_1", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
                           "-9223372036854775809", "18446744073709551615", "18446744073709551616", "-18446744073709551615", "-18446744073709551616", "99999999999999999999999999",
                           "0b111111111111111111111111111111111111111111111111111111111111111", "0b1000000000000000000000000000000000000000000000000000000000000000",
                           "-0b1000000000000000000000000000000000000000000000000000000000000000", "-0b1000000000000000000000000000000000000000000000000000000000000001",
                           "0b1111111111111111111111111111111111111111111111111111111111111111", "0b11111111111111111111111111111111111111111111111111111111111111111",
                           "-0b11111111111111111111111111111111111111111111111111111111111111111", "-0b1111111111111111111111111111111111111111111111111111111111111111"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; ++i)
        reading_one(texts[i]);
    const char alphabet[] = "01b0B1x2- +z";
    for (int i = 0; i < 3000; ++i) {
        char text[16];
        int length = (int)(next_random() % 9);
        for (int j = 0; j < length; ++j)
            text[j] = alphabet[next_random() % (sizeof alphabet - 1)];
        text[length] = 0;
        reading_one(text);
    }
}

#define SCANNER(name, character, first) extern int __isoc23_##name(first const character *, ...), compat___isoc23_##name(first const character *, ...)
#define SCANNER_V(name, character, first) extern int __isoc23_v##name(first const character *, va_list), compat___isoc23_v##name(first const character *, va_list)
#define COMMA ,
SCANNER(sscanf, char, const char * COMMA);
SCANNER(fscanf, char, FILE * COMMA);
SCANNER(scanf, char, );
SCANNER(swscanf, wchar_t, const wchar_t * COMMA);
SCANNER(fwscanf, wchar_t, FILE * COMMA);
SCANNER(wscanf, wchar_t, );
SCANNER_V(sscanf, char, const char * COMMA);
SCANNER_V(fscanf, char, FILE * COMMA);
SCANNER_V(scanf, char, );
SCANNER_V(swscanf, wchar_t, const wchar_t * COMMA);
SCANNER_V(fwscanf, wchar_t, FILE * COMMA);
SCANNER_V(wscanf, wchar_t, );

#define VARIADIC(name, character, first_type, first)                                                   \
    static int by_list_##name(int ours, first_type const character *format, ...)                       \
    {                                                                                                  \
        va_list rest;                                                                                  \
        va_start(rest, format);                                                                        \
        int read = ours ? compat___isoc23_v##name(first format, rest) : __isoc23_v##name(first format, rest); \
        va_end(rest);                                                                                  \
        return read;                                                                                   \
    }
VARIADIC(sscanf, char, const char *text COMMA, text COMMA)
VARIADIC(swscanf, wchar_t, const wchar_t *text COMMA, text COMMA)
VARIADIC(fscanf, char, FILE *stream COMMA, stream COMMA)
VARIADIC(fwscanf, wchar_t, FILE *stream COMMA, stream COMMA)
VARIADIC(scanf, char, , )
VARIADIC(wscanf, wchar_t, , )

/* Put a text where a stream of its own, or stdin, reads it. */
static FILE *stream_of(const char *text)
{
    FILE *stream = tmpfile();
    fputs(text, stream);
    rewind(stream);
    return stream;
}

static void scanning(void)
{
    static const struct {
        const char *text, *format;
        const wchar_t *wide_text, *wide_format;
    } cases[] = {
#define CASE(text, format) {text, format, L##text, L##format}
        CASE("12 34 5.5 word", "%d %x %f %7s"), CASE("077 0x10 x", "%i %i %f %7s"), CASE("12,13", "%d,%x"), CASE("", "%d %x %f %s"), CASE("abc", "%d %x"),
        CASE("-5 ff 1e3 longer-than-seven", "%d %x %f %7s"), CASE("5 6", "%*d %x"), CASE("  99", "%d%n"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct values {
            int first, second;
            float third;
            char fourth[8];
        } one, other;
#define INTO(v) &v.first, &v.second, &v.third, v.fourth
#define CLEAR memset(&one, 0, sizeof one), memset(&other, 0, sizeof other)
#define SCANNED(name) SAME("__isoc23_" name, a == b && memcmp(&one, &other, sizeof one) == 0, "'%s' by '%s': %d for %d", cases[i].text, cases[i].format, a, b)
        int a, b;
        CLEAR;
        a = compat___isoc23_sscanf(cases[i].text, cases[i].format, INTO(one)), b = __isoc23_sscanf(cases[i].text, cases[i].format, INTO(other));
        SCANNED("sscanf");
        CLEAR;
        a = by_list_sscanf(1, cases[i].text, cases[i].format, INTO(one)), b = by_list_sscanf(0, cases[i].text, cases[i].format, INTO(other));
        SCANNED("vsscanf");
        CLEAR;
        a = compat___isoc23_swscanf(cases[i].wide_text, cases[i].wide_format, INTO(one)), b = __isoc23_swscanf(cases[i].wide_text, cases[i].wide_format, INTO(other));
        SCANNED("swscanf");
        CLEAR;
        a = by_list_swscanf(1, cases[i].wide_text, cases[i].wide_format, INTO(one)), b = by_list_swscanf(0, cases[i].wide_text, cases[i].wide_format, INTO(other));
        SCANNED("vswscanf");
#define FROM_STREAM(name, ours, real)                        \
    do {                                                     \
        FILE *before = stdin, *stream;                       \
        CLEAR;                                               \
        stream = stdin = stream_of(cases[i].text);           \
        a = ours;                                            \
        fclose(stream);                                      \
        stream = stdin = stream_of(cases[i].text);           \
        b = real;                                            \
        fclose(stream);                                      \
        stdin = before;                                      \
        SCANNED(name);                                       \
    } while (0)
        FROM_STREAM("fscanf", compat___isoc23_fscanf(stream, cases[i].format, INTO(one)), __isoc23_fscanf(stream, cases[i].format, INTO(other)));
        FROM_STREAM("scanf", compat___isoc23_scanf(cases[i].format, INTO(one)), __isoc23_scanf(cases[i].format, INTO(other)));
        FROM_STREAM("vfscanf", by_list_fscanf(1, stream, cases[i].format, INTO(one)), by_list_fscanf(0, stream, cases[i].format, INTO(other)));
        FROM_STREAM("vscanf", by_list_scanf(1, cases[i].format, INTO(one)), by_list_scanf(0, cases[i].format, INTO(other)));
        FROM_STREAM("fwscanf", compat___isoc23_fwscanf(stream, cases[i].wide_format, INTO(one)), __isoc23_fwscanf(stream, cases[i].wide_format, INTO(other)));
        FROM_STREAM("wscanf", compat___isoc23_wscanf(cases[i].wide_format, INTO(one)), __isoc23_wscanf(cases[i].wide_format, INTO(other)));
        FROM_STREAM("vfwscanf", by_list_fwscanf(1, stream, cases[i].wide_format, INTO(one)), by_list_fwscanf(0, stream, cases[i].wide_format, INTO(other)));
        FROM_STREAM("vwscanf", by_list_wscanf(1, cases[i].wide_format, INTO(one)), by_list_wscanf(0, cases[i].wide_format, INTO(other)));
    }
    /* What is documented to differ. */
    int number = -1;
    char rest[8] = "";
    SAME("__isoc23_sscanf", compat___isoc23_sscanf("0b101", "%i%7s", &number, rest) == 2 && number == 0 && strcmp(rest, "b101") == 0, "the prefix is taken: %d %s", number, rest);
}
#else
static void reading(void)
{
}

static void scanning(void)
{
}
#endif

#if __GLIBC_PREREQ(2, 39)
#define BITS_OF(result, name, suffix, type) extern result stdc_##name##_##suffix(type), compat_stdc_##name##_##suffix(type);
#define OF_TYPES(M, result, name) M(result, name, uc, unsigned char) M(result, name, us, unsigned short) M(result, name, ui, unsigned int) M(result, name, ul, unsigned long) M(result, name, ull, unsigned long long)
#define FUNCTIONS(M) OF_TYPES(M, unsigned, leading_zeros) OF_TYPES(M, unsigned, leading_ones) OF_TYPES(M, unsigned, trailing_zeros) OF_TYPES(M, unsigned, trailing_ones) \
    OF_TYPES(M, unsigned, first_leading_zero) OF_TYPES(M, unsigned, first_leading_one) OF_TYPES(M, unsigned, first_trailing_zero) OF_TYPES(M, unsigned, first_trailing_one) \
    OF_TYPES(M, unsigned, count_zeros) OF_TYPES(M, unsigned, count_ones) OF_TYPES(M, _Bool, has_single_bit) OF_TYPES(M, unsigned, bit_width)
FUNCTIONS(BITS_OF)
#define SELVES(M) M(unsigned char, bit_floor, uc, unsigned char) M(unsigned short, bit_floor, us, unsigned short) M(unsigned, bit_floor, ui, unsigned) M(unsigned long, bit_floor, ul, unsigned long) M(unsigned long long, bit_floor, ull, unsigned long long) \
    M(unsigned char, bit_ceil, uc, unsigned char) M(unsigned short, bit_ceil, us, unsigned short) M(unsigned, bit_ceil, ui, unsigned) M(unsigned long, bit_ceil, ul, unsigned long) M(unsigned long long, bit_ceil, ull, unsigned long long)
SELVES(BITS_OF)
#define COMPARE_BITS(result, name, suffix, type) SAME_RESULT("stdc_" #name "_" #suffix, long, compat_stdc_##name##_##suffix((type)x), stdc_##name##_##suffix((type)x));

static void bits(void)
{
    for (int i = 0; i < 5000; ++i) {
        unsigned long long x = i < 300 ? (unsigned)i : i < 500 ? ~(unsigned long long)(i - 300) : i < 700 ? 1ULL << (i % 64) : i < 900 ? (1ULL << (i % 64)) - 1 : next_random() >> (next_random() % 64);
        FUNCTIONS(COMPARE_BITS)
        SELVES(COMPARE_BITS)
    }
}
#else
static void bits(void)
{
}
#endif

#if __GLIBC_PREREQ(2, 42)
OURS(uabs);
OURS(ulabs);
OURS(ullabs);
#if __GLIBC_PREREQ(2, 43)
OURS(umaxabs);
#endif

static void absolutes(void)
{
    long long numbers[] = {0, 1, -1, INT_MIN, INT_MAX, LONG_MIN, LONG_MAX, -77};
    for (int i = 0; i < 8; ++i) {
        SAME_RESULT("uabs", long, compat_uabs((int)numbers[i]), uabs((int)numbers[i]));
        SAME_RESULT("ulabs", long, compat_ulabs((long)numbers[i]), ulabs((long)numbers[i]));
        SAME_RESULT("ullabs", long, compat_ullabs(numbers[i]), ullabs(numbers[i]));
#if __GLIBC_PREREQ(2, 43)
        SAME_RESULT("umaxabs", long, compat_umaxabs(numbers[i]), umaxabs(numbers[i]));
#endif
    }
}
#else
static void absolutes(void)
{
}
#endif

int main(void)
{
    double numbers[] = {0, -0.0, 1, -1, 0.1, 1.5, 2.5, 1e300, 1e-310, 123456789, -3.14159, 1e22, __builtin_inf(), -__builtin_inf(), __builtin_nan("")};
    for (int i = 0; i < 15; ++i)
        writing(numbers[i]);
    reading_128();
    reading();
    scanning();
    bits();
    absolutes();
    int ending, real;
    const char *bad[] = {"", "d", "%", "%d", "%5f", "%.3", "%lf", "%-f", "x%f"};
    for (int i = 0; i < 9; ++i) {
        char out[64];
        ENDING(ending, compat_strfromd(out, 64, bad[i], 1.0));
        ENDING(real, strfromd(out, 64, bad[i], 1.0));
        SAME("strfromd", ending == real, "format '%s': signal %d for %d", bad[i], ending, real);
    }
    return report();
}
