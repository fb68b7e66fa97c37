/* fspick: begin to configure an existing file system; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, fspick, (int folder, const char *path, unsigned int flags),
     SYS_fspick, folder, path, flags)
