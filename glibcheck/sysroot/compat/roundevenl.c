/* roundevenl: the nearest whole number, of two the even one; without "inexact"; since glibc 2.25. */
#include "_roundeven.h"

COMPAT real roundevenl(real number)
{
    return rounded(number);
}
