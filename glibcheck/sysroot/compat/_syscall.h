/* System calls that glibc gives as they are: the arguments go to the kernel, -1 and errno come back.
 *
 * A kernel without the call answers ENOSYS, here as there. In glibc some of them are cancellation points; here none
 * is, because syscall() is not one: pthread_cancel takes effect at the next one that is.
 */
#pragma once
#include "_glibc.h"
#include "_numbers.h"

#define CALL(result, symbol, parameters, number, ...)          \
    COMPAT result symbol parameters                            \
    {                                                          \
        return (result)syscall(number, __VA_ARGS__);           \
    }
