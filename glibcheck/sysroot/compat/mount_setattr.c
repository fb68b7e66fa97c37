/* mount_setattr: change the attributes of a mount; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, mount_setattr, (int folder, const char *path, unsigned int flags, void *attributes, size_t size),
     SYS_mount_setattr, folder, path, flags, attributes, size)
