/* epoll_pwait2: epoll_pwait with a time-out in nanoseconds; the system call (kernel 5.11). Since glibc 2.35. */
#include "_syscall.h"

#define KERNEL_SIGSET_SIZE ((size_t)8)

COMPAT int epoll_pwait2(int epoll, void *events, int count, const struct timespec *timeout, const void *signals)
{
    int64_t wide[2]; /* the kernel's time has 64 bits on every machine */
    if (timeout != NULL) {
        wide[0] = timeout->tv_sec;
        wide[1] = timeout->tv_nsec;
    }
    return (int)syscall(SYS_epoll_pwait2, epoll, events, count, timeout == NULL ? NULL : wide, signals,
                        KERNEL_SIGSET_SIZE);
}
