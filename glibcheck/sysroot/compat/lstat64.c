/* lstat64: __lxstat64 with the number of the layout; a function of its own since glibc 2.33. */
#include "_stat.h"

COMPAT int lstat64(const char *path, void *result)
{
    return __lxstat64(STAT_VERSION, path, result);
}
