/* The functions of C23 that look at or choose a number: the same bits, the same "invalid", the same errno. */
#include "compare.h"

#include <fenv.h>
#include <float.h>
#include <math.h>

/* The numbers of a type: those at the edges, and random ones. */
#define COUNT 160

static float floats[COUNT];
static double doubles[COUNT];
static long double longs[COUNT];

static void make(void)
{
    static const double edges[] = {0.0, 0.5, 0.49999999999999994, 0.75, 1.0, 1.5, 2.5, 3.5, 0x1p22 + 0.5, 0x1p51 + 0.5, 0x1p52, 0x1p52 + 1, 0x1p53, 0x1p63, 4503599627370495.5, 8388607.5, 1e10,
                                   123456.5, 1e300, 0x1p21, 4194303, 0x1p-20, 2.0, 3.0, 1023, 7};
    int count = 0;
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; ++i)
        for (int sign = -1; sign < 2; sign += 2, ++count)
            floats[count] = (float)(sign * edges[i]), doubles[count] = sign * edges[i], longs[count] = sign * (long double)edges[i];
#define SPECIAL(array, type, low, least, highest, nan_, snan_, inf_)                                            \
    do {                                                                                                       \
        type values[] = {low, -low, least, -least, low - least, highest, -highest, inf_, -inf_, nan_(""), -nan_(""), nan_("1"), nan_("0x1234"), snan_("1"), -snan_("1"), snan_("0x777")}; \
        memcpy(&array[count], values, sizeof values);                                                          \
    } while (0)
    SPECIAL(floats, float, FLT_MIN, FLT_TRUE_MIN, FLT_MAX, __builtin_nanf, __builtin_nansf, __builtin_inff());
    SPECIAL(doubles, double, DBL_MIN, DBL_TRUE_MIN, DBL_MAX, __builtin_nan, __builtin_nans, __builtin_inf());
    SPECIAL(longs, long double, LDBL_MIN, LDBL_TRUE_MIN, LDBL_MAX, __builtin_nanl, __builtin_nansl, __builtin_infl());
    count += 16;
    longs[count] = 0x1p62L + 0.5L, longs[count + 1] = 0x1p61L + 0.5L, longs[count + 2] = 0x1p63L + 1;
    floats[count] = floats[count + 1] = floats[count + 2] = 5, doubles[count] = doubles[count + 1] = doubles[count + 2] = 9;
    for (count += 3; count < COUNT; ++count) {
        uint64_t bits = next_random();
        if (count % 2) /* numbers of moderate size, with and without a fraction */
            bits = (bits & ~(0x7ffULL << 52)) | (uint64_t)(1023 + next_random() % 70 - 5) << 52;
        memcpy(&doubles[count], &bits, 8);
        floats[count] = (float)doubles[count];
        longs[count] = (long double)doubles[count] * (count % 3 ? 1 : 1.0000000001L);
    }
}

#ifdef __x86_64__
#define LONG_BYTES 10
#else
#define LONG_BYTES sizeof(long double)
#endif
#define SIZE_float 4
#define SIZE_double 8
#define SIZE_longdouble LONG_BYTES

/* A NaN is as good as another, quiet or signaling, with the same sign or not: which one comes out of a sum, no standard says. */
#define SAME_NUMBER(a, b, bytes) (((a) != (a) && (b) != (b)) ? 1 : memcmp(&(a), &(b), bytes) == 0)

#define STATE(call, error, invalid)             \
    errno = 0;                                  \
    feclearexcept(FE_ALL_EXCEPT);               \
    call;                                       \
    error = errno;                              \
    invalid = fetestexcept(FE_INVALID)

#define COMPARE(name, type, bytes, ours, real)                                                                   \
    do {                                                                                                         \
        type a, b;                                                                                               \
        int a_error, b_error, a_invalid, b_invalid;                                                              \
        STATE(a = ours, a_error, a_invalid);                                                                     \
        STATE(b = real, b_error, b_invalid);                                                                     \
        SAME(#name, SAME_NUMBER(a, b, bytes) && a_error == b_error && a_invalid == b_invalid,                    \
             "%La (errno %d, invalid %d) for %La (errno %d, invalid %d) at %d %d", (long double)a, a_error, a_invalid, (long double)b, b_error, b_invalid, i, j); \
    } while (0)

#define ONE(name, array, type, bytes, result, result_bytes)    \
    do {                                                       \
        OURS(name);                                            \
        for (int i = 0, j = 0; i < COUNT; ++i)                 \
            COMPARE(name, result, result_bytes, compat_##name(array[i]), name(array[i])); \
    } while (0)

#define TWO(name, array, type, bytes)                          \
    do {                                                       \
        OURS(name);                                            \
        for (int i = 0; i < COUNT; ++i)                        \
            for (int j = 0; j < COUNT; ++j)                    \
                COMPARE(name, type, bytes, compat_##name(array[i], array[j]), name(array[i], array[j])); \
    } while (0)

#define EACH(M, name) M(name##f, floats, float, 4); M(name, doubles, double, 8); M(name##l, longs, long double, LONG_BYTES)

#define SAME_TYPE(name, array, type, bytes) ONE(name, array, type, bytes, type, bytes)
#define TO_LONG(name, array, type, bytes) ONE(name, array, type, bytes, long, sizeof(long))
#define TO_INT(name, array, type, bytes) ONE(name, array, type, bytes, int, sizeof(int))

extern int __issignaling(double), __issignalingf(float), __issignalingl(long double);
extern int __iseqsig(double, double), __iseqsigf(float, float), __iseqsigl(long double, long double);

#define EQUAL(name, array, type, bytes)                        \
    do {                                                       \
        OURS(name);                                            \
        for (int i = 0; i < COUNT; ++i)                        \
            for (int j = 0; j < COUNT; ++j)                    \
                COMPARE(name, int, sizeof(int), compat_##name(array[i], array[j]), name(array[i], array[j])); \
    } while (0)

#define ORDER(name, array, type, bytes)                        \
    do {                                                       \
        OURS(name);                                            \
        for (int i = 0; i < COUNT; ++i)                        \
            for (int j = 0; j < COUNT; ++j)                    \
                COMPARE(name, int, sizeof(int), compat_##name(&array[i], &array[j]), name(&array[i], &array[j])); \
    } while (0)

#define PAYLOAD(name, array, type, bytes)                      \
    do {                                                       \
        OURS(name);                                            \
        for (int i = 0, j = 0; i < COUNT; ++i)                 \
            COMPARE(name, type, bytes, compat_##name(&array[i]), name(&array[i])); \
    } while (0)

/* These write a number: all its bits count, because it is a NaN of one kind. */
#define WRITES(name, array, type, bytes, argument)             \
    do {                                                       \
        OURS(name);                                            \
        for (int i = 0, j = 0; i < COUNT; ++i) {               \
            type one = 7, other = 7;                           \
            COMPARE(name, int, sizeof(int), compat_##name(&one, argument), name(&other, argument)); \
            SAME(#name, memcmp(&one, &other, bytes) == 0, "%La for %La at %d", (long double)one, (long double)other, i); \
        }                                                      \
    } while (0)
#define SETS(name, array, type, bytes) WRITES(name, array, type, bytes, array[i])
#define CANONICAL(name, array, type, bytes) WRITES(name, array, type, bytes, &array[i])

static void encodings(void)
{
#ifdef __x86_64__
    extern int __iscanonicall(long double), compat___iscanonicall(long double);
    OURS(canonicalizel);
    static const struct {
        uint64_t significand;
        uint16_t exponent;
    } cases[] = {{0, 0}, {1, 0}, {1ULL << 63, 0}, {1ULL << 63, 1}, {1, 1}, {1ULL << 63, 0x7fff}, {0, 0x7fff}, {1, 0x7fff}, {3ULL << 62, 0x7fff}, {5ULL << 61, 0x7fff}, {~0ULL, 0xffff}, {1ULL << 62, 0x4000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        long double number, one = 3, other = 3;
        memset(&number, 0, sizeof number);
        memcpy(&number, &cases[i], 10);
        SAME_RESULT("__iscanonicall", int, !compat___iscanonicall(number), !__iscanonicall(number));
        SAME_RESULT("canonicalizel", int, compat_canonicalizel(&one, &number), canonicalizel(&other, &number));
        SAME("canonicalizel", memcmp(&one, &other, 10) == 0, "case %zu", i);
    }
#endif
}

static void environment(void)
{
#if defined __x86_64__ || defined __aarch64__
    OURS(fegetmode);
    OURS(fesetmode);
    OURS(fesetexcept);
    OURS(fetestexceptflag);
    int rounding[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    for (int i = 0; i < 4; ++i) {
        femode_t one, other;
        memset(&one, 0, sizeof one), memset(&other, 0, sizeof other);
        fesetround(rounding[i]);
        feraiseexcept(FE_OVERFLOW);
        SAME_RESULT("fegetmode", int, compat_fegetmode(&one), fegetmode(&other));
        SAME("fegetmode", memcmp(&one, &other, sizeof one) == 0, "contents");
        SAME("fesetmode", compat_fesetmode(FE_DFL_MODE) == 0 && fegetround() == FE_TONEAREST && fetestexcept(FE_OVERFLOW), "the default");
        SAME("fesetmode", compat_fesetmode(&other) == 0 && fegetround() == rounding[i] && fetestexcept(FE_OVERFLOW), "what was saved");
        fegetmode(&one);
        SAME("fesetmode", memcmp(&one, &other, sizeof one) == 0, "what was saved, entirely");
    }
    fesetround(FE_TONEAREST);
    for (int set = 0; set < 64; ++set) {
        fexcept_t flags;
        feclearexcept(FE_ALL_EXCEPT);
        int a = compat_fesetexcept(set), a_flags = fetestexcept(FE_ALL_EXCEPT);
        fegetexceptflag(&flags, FE_ALL_EXCEPT);
        feclearexcept(FE_ALL_EXCEPT);
        int b = fesetexcept(set), b_flags = fetestexcept(FE_ALL_EXCEPT);
        SAME("fesetexcept", a == b && a_flags == b_flags, "%x: %x for %x", set, a_flags, b_flags);
        for (int asked = 0; asked < 64; ++asked)
            SAME_RESULT("fetestexceptflag", int, compat_fetestexceptflag(&flags, asked), fetestexceptflag(&flags, asked));
    }
    feclearexcept(FE_ALL_EXCEPT);
#endif
}

int main(void)
{
    make();
    EACH(SAME_TYPE, nextup);
    EACH(SAME_TYPE, nextdown);
    EACH(SAME_TYPE, roundeven);
    EACH(TO_LONG, llogb);
    EACH(TO_INT, __issignaling);
    EACH(EQUAL, __iseqsig);
    EACH(CANONICAL, canonicalize);
    EACH(PAYLOAD, getpayload);
    EACH(SETS, setpayload);
    EACH(SETS, setpayloadsig);
    EACH(ORDER, totalorder);
    EACH(ORDER, totalordermag);
    EACH(TWO, fmaxmag);
    EACH(TWO, fminmag);
    EACH(TWO, fmaximum);
    EACH(TWO, fmaximum_num);
    EACH(TWO, fmaximum_mag);
    EACH(TWO, fmaximum_mag_num);
    EACH(TWO, fminimum);
    EACH(TWO, fminimum_num);
    EACH(TWO, fminimum_mag);
    EACH(TWO, fminimum_mag_num);
    encodings();
    environment();
    return report();
}
