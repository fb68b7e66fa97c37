/* stat: __xstat with the number of the layout; a function of its own since glibc 2.33. */
#include "_stat.h"

COMPAT int stat(const char *path, void *result)
{
    return __xstat(STAT_VERSION, path, result);
}
