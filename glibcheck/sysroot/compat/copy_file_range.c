/* copy_file_range: copy between files within the kernel; the system call. Since glibc 2.27. */
#include "_syscall.h"

CALL(ssize_t, copy_file_range, (int from, int64_t *from_offset, int to, int64_t *to_offset, size_t size, unsigned int flags),
     __NR_copy_file_range, from, from_offset, to, to_offset, size, flags)
