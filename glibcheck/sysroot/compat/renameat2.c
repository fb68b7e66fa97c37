/* renameat2: renameat with flags; since glibc 2.28. On a kernel without it (before 3.15) no flag is known: EINVAL. */
#include "_syscall.h"

int renameat(int old_folder, const char *old, int folder, const char *path);

COMPAT int renameat2(int old_folder, const char *old, int folder, const char *path, unsigned int flags)
{
    if (flags == 0)
        return renameat(old_folder, old, folder, path);
    long result = syscall(__NR_renameat2, old_folder, old, folder, path, flags);
    if (result == -1 && errno == ENOSYS)
        errno = EINVAL;
    return (int)result;
}
