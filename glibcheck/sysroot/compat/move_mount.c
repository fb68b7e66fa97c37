/* move_mount: put a mount somewhere; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, move_mount, (int folder, const char *path, int new_folder, const char *new_path, unsigned int flags),
     SYS_move_mount, folder, path, new_folder, new_path, flags)
