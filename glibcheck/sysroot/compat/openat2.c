/* openat2: open a file with rules for its path; the system call. Since glibc 2.43. */
#include "_syscall.h"

CALL(int, openat2, (int folder, const char *path, const void *how, size_t size),
     SYS_openat2, folder, path, how, size)
