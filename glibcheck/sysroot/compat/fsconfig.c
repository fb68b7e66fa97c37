/* fsconfig: set one thing of a new file system; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, fsconfig, (int file, unsigned int command, const char *key, const void *value, int extra),
     SYS_fsconfig, file, command, key, value, extra)
