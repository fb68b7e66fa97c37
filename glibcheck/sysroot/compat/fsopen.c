/* fsopen: begin to configure a new file system; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, fsopen, (const char *name, unsigned int flags),
     SYS_fsopen, name, flags)
