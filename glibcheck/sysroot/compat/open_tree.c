/* open_tree: a file descriptor for a mount or a copy of it; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, open_tree, (int folder, const char *path, unsigned int flags),
     SYS_open_tree, folder, path, flags)
