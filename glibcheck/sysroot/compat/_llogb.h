/* llogb, llogbf and llogbl: the binary exponent of a number as a long, for who says FLOAT, DOUBLE or neither. */
#pragma once
#include "_real.h"

#define HIGHEST ((long)(~0UL >> 1))
/* What FP_LLOGB0 and FP_LLOGBNAN are: x86 has the processor's answers. */
#if defined __x86_64__ || defined __i386__
#define OF_ZERO (-HIGHEST - 1)
#define OF_NAN (-HIGHEST - 1)
#else
#define OF_ZERO (-HIGHEST)
#define OF_NAN HIGHEST
#endif

static inline long refused(long result)
{
    raise_invalid();
    errno = EDOM;
    return result;
}

static inline long exponent_of(real number)
{
    bits magnitude = magnitude_of(&number);
    if (magnitude == 0)
        return refused(OF_ZERO);
    if (magnitude >= INFINITE)
        return refused(magnitude > INFINITE ? OF_NAN : HIGHEST);
    long exponent = (long)(magnitude >> FRACTION);
    if (exponent == 0) /* subnormal: every zero bit in front counts */
        for (exponent = 1; (magnitude & ONE_BIT(FRACTION)) == 0; magnitude <<= 1)
            --exponent;
    return exponent - BIAS;
}
