/* The threads of C11 by those of POSIX, as glibc makes them: the types have the same size and content.
 *
 * glibc has thrd_current, thrd_equal, thrd_sleep and thrd_yield since 2.28, the others since 2.34 (2.28 in libpthread).
 */
#pragma once
#include "_glibc.h"

enum { thrd_success, thrd_busy, thrd_error, thrd_nomem, thrd_timedout };
enum { mtx_plain = 0, mtx_recursive = 1, mtx_timed = 2 };

/* Give the code of C11 for an error of POSIX. */
static inline int thrd_code(int error)
{
    switch (error) {
    case 0:
        return thrd_success;
    case ENOMEM:
        return thrd_nomem;
    case ETIMEDOUT:
        return thrd_timedout;
    case EBUSY:
        return thrd_busy;
    default:
        return thrd_error;
    }
}

#define BY(symbol, old, parameters, types, ...)     \
    int old types;                                  \
    COMPAT int symbol parameters                    \
    {                                               \
        return thrd_code(old(__VA_ARGS__));         \
    }

#define BY_SILENTLY(symbol, old)                    \
    int old(void *object);                          \
    COMPAT void symbol(void *object)                \
    {                                               \
        old(object);                                \
    }
