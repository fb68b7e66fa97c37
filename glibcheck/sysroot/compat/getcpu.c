/* getcpu: the processor and the node that the thread is on; the system call. Since glibc 2.29. */
#include "_syscall.h"

CALL(int, getcpu, (unsigned int *processor, unsigned int *node),
     __NR_getcpu, processor, node, NULL)
