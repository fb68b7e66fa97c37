/* sched_getattr: how a thread is scheduled; the system call. Since glibc 2.41. */
#include "_syscall.h"

CALL(int, sched_getattr, (int thread, void *attributes, unsigned int size, unsigned int flags),
     __NR_sched_getattr, thread, attributes, size, flags)
