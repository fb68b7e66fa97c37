/* memfd_create: a file in memory; the system call. Since glibc 2.27. */
#include "_syscall.h"

CALL(int, memfd_create, (const char *name, unsigned int flags),
     __NR_memfd_create, name, flags)
