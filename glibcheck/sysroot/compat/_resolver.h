/* The resolver's functions had other names in libresolv until glibc 2.33, which the headers put in; 2.34 took the plain
 * ones for them. Those of before are still there for old programs, but no link gets them by their name alone.
 */
#pragma once
#include "_versions.h"

#define RENAMED(symbol, old, version, parameters, ...)   \
    IN_VERSION(old, version);                            \
    int old parameters;                                  \
    COMPAT int symbol parameters                         \
    {                                                    \
        return old(__VA_ARGS__);                         \
    }
