/* close_range: close all file descriptors of a range; the system call. Since glibc 2.34. */
#include "_syscall.h"

CALL(int, close_range, (unsigned int first, unsigned int last, int flags),
     SYS_close_range, first, last, flags)
