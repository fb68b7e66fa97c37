/* getdents64: read entries of a folder; the system call, which takes sizes up to INT_MAX. Since glibc 2.30. */
#include "_syscall.h"

CALL(ssize_t, getdents64, (int folder, void *buffer, size_t size),
     __NR_getdents64, folder, buffer, size < 0x7fffffff ? size : (size_t)0x7fffffff)
