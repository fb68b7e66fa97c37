/* fstat: __fxstat with the number of the layout; a function of its own since glibc 2.33. */
#include "_stat.h"

COMPAT int fstat(int file, void *result)
{
    return __fxstat(STAT_VERSION, file, result);
}
