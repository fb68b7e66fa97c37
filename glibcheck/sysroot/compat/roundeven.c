/* roundeven: the nearest whole number, of two the even one; without "inexact"; since glibc 2.25. */
#define DOUBLE
#include "_roundeven.h"

COMPAT real roundeven(real number)
{
    return rounded(number);
}
