/* UTF-8 and the multibyte encoding of the locale, byte for byte; since glibc 2.36.
 *
 * What is between two calls is in the caller's mbstate_t, or in one of the function's own: the high bit of the count
 * says that bytes of a character wait in the value.
 */
#pragma once
#include "_glibc.h"

typedef struct {
    int count;
    union {
        unsigned int wide;
        unsigned char bytes[4];
    } value;
} mbstate;

#define WAITING ((int)0x80000000)
