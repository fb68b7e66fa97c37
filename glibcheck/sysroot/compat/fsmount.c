/* fsmount: make a mount of a configured file system; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, fsmount, (int file, unsigned int flags, unsigned int attributes),
     SYS_fsmount, file, flags, attributes)
