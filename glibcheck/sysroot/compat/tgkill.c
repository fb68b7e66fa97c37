/* tgkill: send a signal to a thread; the system call. Since glibc 2.30. */
#include "_syscall.h"

CALL(int, tgkill, (int process, int thread, int signal),
     __NR_tgkill, process, thread, signal)
