/* fstatat: __fxstatat with the number of the layout; a function of its own since glibc 2.33. */
#include "_stat.h"

COMPAT int fstatat(int folder, const char *path, void *result, int flags)
{
    return __fxstatat(STAT_VERSION, folder, path, result, flags);
}
