/* pidfd_send_signal: send a signal to the process of a file descriptor; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, pidfd_send_signal, (int process, int signal, void *info, unsigned int flags),
     SYS_pidfd_send_signal, process, signal, info, flags)
