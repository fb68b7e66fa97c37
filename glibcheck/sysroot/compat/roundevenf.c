/* roundevenf: the nearest whole number, of two the even one; without "inexact"; since glibc 2.25. */
#define FLOAT
#include "_roundeven.h"

COMPAT real roundevenf(real number)
{
    return rounded(number);
}
