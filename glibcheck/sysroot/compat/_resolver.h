/* The resolver's functions had other names in libresolv until glibc 2.33, which the headers put in; 2.34 took the plain
 * ones for them.
 */
#pragma once
#include "_glibc.h"

#define RENAMED(symbol, old, parameters, ...)       \
    int old parameters;                             \
    COMPAT int symbol parameters                    \
    {                                               \
        return old(__VA_ARGS__);                    \
    }
