/* <stdbit.h> of C23: questions about the bits of an unsigned number, for its five types; since glibc 2.39.
 *
 * A number of any type is looked at in 64 bits, of which `width` are its own.
 */
#pragma once
#include "_glibc.h"

typedef unsigned char uc;
typedef unsigned short us;
typedef unsigned int ui;
typedef unsigned long ul;
typedef unsigned long long ull;

#define WIDTH(type) ((unsigned)(sizeof(type) * 8))

static inline unsigned count_ones(ull x)
{
    unsigned count = 0;
    for (; x != 0; x &= x - 1) /* takes the lowest one away */
        ++count;
    return count;
}

/* Say how many bits are needed to write the number: 0 for 0. */
static inline unsigned bit_width(ull x)
{
    return x == 0 ? 0 : 64 - (unsigned)__builtin_clzll(x);
}

static inline unsigned leading_zeros(ull x, unsigned width)
{
    return width - bit_width(x);
}

static inline unsigned trailing_zeros(ull x, unsigned width)
{
    return x == 0 ? width : (unsigned)__builtin_ctzll(x);
}

/* Give the place of the highest one, counted from the top, from 1; 0 for none. */
static inline unsigned first_leading(ull x, unsigned width)
{
    return x == 0 ? 0 : leading_zeros(x, width) + 1;
}

/* Give the place of the lowest one, counted from the bottom, from 1; 0 for none. */
static inline unsigned first_trailing(ull x)
{
    return x == 0 ? 0 : (unsigned)__builtin_ctzll(x) + 1;
}

static inline ull bit_floor(ull x)
{
    return x == 0 ? 0 : 1ull << (bit_width(x) - 1);
}

/* One that does not fit is 0, by the conversion to the type or, for 64 bits, here. */
static inline ull bit_ceil(ull x)
{
    unsigned width = x <= 1 ? 0 : bit_width(x - 1);
    return width == 64 ? 0 : 1ull << width;
}

#define STDBIT(result, name, type, value)            \
    COMPAT result stdc_##name##_##type(type x)       \
    {                                                \
        return (result)(value);                      \
    }
