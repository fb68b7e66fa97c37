/* The parts of a floating-point number, for a member that says FLOAT, DOUBLE or neither (long double).
 *
 * Each format is seen as IEEE 754's: a sign, and a magnitude that counts up with the number, from 0 over the subnormal
 * ones to infinity and the NaNs. The x87's long double writes the leading bit that the others imply; it is taken out and
 * put back. Its encodings that the processor itself does not accept (unnormal numbers) are taken for their neighbours,
 * but by canonicalizel and __iscanonicall, which are there to tell them. The pair of doubles of ppc64le is none of these.
 */
#pragma once
#include <float.h>

#include "_glibc.h"

#if defined FLOAT
typedef float real;
typedef uint32_t bits;
#define FRACTION 23
#define EXPONENT 8
#define OF_TYPE(name) __builtin_##name##f
#elif defined DOUBLE
typedef double real;
typedef uint64_t bits;
#define FRACTION 52
#define EXPONENT 11
#define OF_TYPE(name) __builtin_##name
#else
typedef long double real;
#define OF_TYPE(name) __builtin_##name##l
#if LDBL_MANT_DIG == 53
typedef uint64_t bits;
#define FRACTION 52
#define EXPONENT 11
#else
typedef unsigned __int128 bits;
#define FRACTION (LDBL_MANT_DIG - 1)
#define EXPONENT 15
#if LDBL_MANT_DIG == 64
#define X87
#endif
#endif
#endif

#define ONE_BIT(place) ((bits)1 << (place))
#define SIGN ONE_BIT(FRACTION + EXPONENT)
#define HIGHEST_EXPONENT ((1 << EXPONENT) - 1)
#define BIAS (HIGHEST_EXPONENT / 2)
#define INFINITE ((bits)HIGHEST_EXPONENT << FRACTION)
#define QUIET ONE_BIT(FRACTION - 1)
#define FRACTION_MASK (ONE_BIT(FRACTION) - 1)

#ifdef X87
union parts {
    real number;
    struct {
        uint64_t significand;
        uint16_t sign_and_exponent;
    } x87;
};
#define LEADING (1ULL << 63)

static inline bits magnitude_of(const real *number)
{
    union parts parts = {*number};
    bits exponent = parts.x87.sign_and_exponent & HIGHEST_EXPONENT;
    return exponent << FRACTION | (parts.x87.significand & ~LEADING);
}

static inline int is_negative(const real *number)
{
    union parts parts = {*number};
    return parts.x87.sign_and_exponent >> 15;
}

static inline real made_of(int negative, bits magnitude)
{
    union parts parts = {0};
    bits exponent = magnitude >> FRACTION;
    parts.x87.sign_and_exponent = (uint16_t)((uint16_t)negative << 15 | (uint16_t)exponent);
    parts.x87.significand = (uint64_t)(magnitude & FRACTION_MASK) | (exponent != 0 ? LEADING : 0);
    return parts.number;
}
#else
union parts {
    real number;
    bits word;
};

static inline bits magnitude_of(const real *number)
{
    union parts parts = {*number};
    return parts.word & ~SIGN;
}

static inline int is_negative(const real *number)
{
    union parts parts = {*number};
    return (parts.word & SIGN) != 0;
}

static inline real made_of(int negative, bits magnitude)
{
    union parts parts = {.word = magnitude | (negative ? SIGN : 0)};
    return parts.number;
}
#endif

static inline int is_nan(const real *number)
{
    return magnitude_of(number) > INFINITE;
}

/* A signaling NaN raises "invalid" when it is used; on the machines of the catalogue its highest bit is 0. */
static inline int is_signaling(const real *number)
{
    return is_nan(number) && !(magnitude_of(number) & QUIET);
}

/* Use a number, so that a signaling NaN raises "invalid" and becomes quiet. */
static inline real used(real number)
{
    volatile real here = number;
    return here + here;
}

/* Raise the exception "invalid" as the processor does. */
static inline void raise_invalid(void)
{
    volatile real zero = 0;
    volatile real nothing = zero / zero;
    (void)nothing;
}
