/* The type _Float128 and the conversions that a machine has for it: where long double is the same format, none. */
#pragma once
#include <float.h>

#include "_glibc.h"

#if LDBL_MANT_DIG == 113
typedef long double quad;
#else
typedef __float128 quad;
#endif
