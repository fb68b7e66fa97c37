/* mlock2: mlock with flags; since glibc 2.27. On a kernel without it (before 4.4) no flag is known: EINVAL. */
#include "_syscall.h"

int mlock(const void *address, size_t size);

COMPAT int mlock2(const void *address, size_t size, unsigned int flags)
{
    if (flags == 0)
        return mlock(address, size);
    long result = syscall(__NR_mlock2, address, size, flags);
    if (result == -1 && errno == ENOSYS)
        errno = EINVAL;
    return (int)result;
}
