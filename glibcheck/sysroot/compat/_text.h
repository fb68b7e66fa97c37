/* strlcpy, strlcat and their relatives, for bytes and wide characters: CHARACTER, LENGTH and LENGTH_AT_MOST are given
 * by the member. The result always ends with a null character when there is room for one, and the value tells how long
 * it would have been: not less than the size means that it was cut.
 */
#pragma once
#include "_glibc.h"

#ifdef WIDE
typedef wchar_t character;
size_t wcslen(const wchar_t *text);
size_t wcsnlen(const wchar_t *text, size_t most);
#define LENGTH wcslen
#define LENGTH_AT_MOST wcsnlen
#else
typedef char character;
#define LENGTH strlen
#define LENGTH_AT_MOST strnlen
#endif

#define LCPY(symbol)                                                                   \
    COMPAT size_t symbol(character *out, const character *text, size_t size)           \
    {                                                                                  \
        size_t length = LENGTH(text);                                                  \
        size_t copied = length < size ? length : size - 1;                             \
        if (size > 0) {                                                                \
            for (size_t i = 0; i < copied; ++i)                                        \
                out[i] = text[i];                                                      \
            out[copied] = 0;                                                           \
        }                                                                              \
        return length;                                                                 \
    }

/* Without a null character within `size` nothing is appended. */
#define LCAT(symbol, copy)                                                             \
    size_t copy(character *out, const character *text, size_t size);                   \
    COMPAT size_t symbol(character *out, const character *text, size_t size)           \
    {                                                                                  \
        size_t there = LENGTH_AT_MOST(out, size);                                      \
        return there + (there == size ? LENGTH(text) : copy(out + there, text, size - there)); \
    }

/* The fortified form: `room` is what the compiler knows of the object. */
#define CHECKED(symbol, plain)                                                         \
    size_t plain(character *out, const character *text, size_t size);                  \
    COMPAT size_t symbol(character *out, const character *text, size_t size, size_t room) \
    {                                                                                  \
        if (room < size)                                                               \
            __chk_fail();                                                              \
        return plain(out, text, size);                                                 \
    }
