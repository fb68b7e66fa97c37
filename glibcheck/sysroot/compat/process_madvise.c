/* process_madvise: advice on the memory of another process; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(ssize_t, process_madvise, (int process, const void *vector, size_t count, int advice, unsigned int flags),
     SYS_process_madvise, process, vector, count, advice, flags)
