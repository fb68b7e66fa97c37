/* mknod: the system call; a function of its own since glibc 2.33, before it was __xmknod with a number. */
#include "_glibc.h"
#include "_numbers.h"

#define AT_FDCWD -100

COMPAT int mknod(const char *path, unsigned int mode, uint64_t device)
{
    /* The kernel takes 32 bits of device number. */
    if ((uint32_t)device != device) {
        errno = EINVAL;
        return -1;
    }
    return (int)syscall(__NR_mknodat, AT_FDCWD, path, mode, (uint32_t)device);
}
