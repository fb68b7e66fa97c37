/* sched_setattr: set how a thread is scheduled; the system call. Since glibc 2.41. */
#include "_syscall.h"

CALL(int, sched_setattr, (int thread, void *attributes, unsigned int flags),
     __NR_sched_setattr, thread, attributes, flags)
