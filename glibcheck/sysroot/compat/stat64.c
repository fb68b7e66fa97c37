/* stat64: __xstat64 with the number of the layout; a function of its own since glibc 2.33. */
#include "_stat.h"

COMPAT int stat64(const char *path, void *result)
{
    return __xstat64(STAT_VERSION, path, result);
}
