/* The registers of the floating-point environment, where they are known: x86_64 and aarch64. */
#pragma once
#include "_glibc.h"

#if defined __x86_64__
typedef unsigned short flags_type; /* fexcept_t */
typedef struct {
    unsigned short control;
    unsigned short reserved;
    unsigned int mxcsr;
} mode_type; /* femode_t */
#define ALL_EXCEPTIONS 0x3d
#elif defined __aarch64__
typedef unsigned int flags_type;
typedef unsigned int mode_type;
#define ALL_EXCEPTIONS 0x1f
#else
#error "not a member on this machine"
#endif
