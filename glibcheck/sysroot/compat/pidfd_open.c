/* pidfd_open: a file descriptor for a process; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, pidfd_open, (int process, unsigned int flags),
     SYS_pidfd_open, process, flags)
