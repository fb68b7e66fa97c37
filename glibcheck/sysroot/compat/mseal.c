/* mseal: forbid changes of a mapping; the system call. Since glibc 2.43. */
#include "_syscall.h"

CALL(int, mseal, (void *address, size_t size, unsigned long flags),
     SYS_mseal, address, size, flags)
