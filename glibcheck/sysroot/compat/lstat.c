/* lstat: __lxstat with the number of the layout; a function of its own since glibc 2.33. */
#include "_stat.h"

COMPAT int lstat(const char *path, void *result)
{
    return __lxstat(STAT_VERSION, path, result);
}
