/* gettid: the number that the kernel has for this thread; the system call. Since glibc 2.30. */
#include "_glibc.h"
#include "_numbers.h"

COMPAT int gettid(void)
{
    return (int)syscall(__NR_gettid);
}
