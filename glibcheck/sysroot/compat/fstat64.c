/* fstat64: __fxstat64 with the number of the layout; a function of its own since glibc 2.33. */
#include "_stat.h"

COMPAT int fstat64(int file, void *result)
{
    return __fxstat64(STAT_VERSION, file, result);
}
