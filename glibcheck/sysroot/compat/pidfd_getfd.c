/* pidfd_getfd: a copy of a file descriptor of another process; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, pidfd_getfd, (int process, int file, unsigned int flags),
     SYS_pidfd_getfd, process, file, flags)
