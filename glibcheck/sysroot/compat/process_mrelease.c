/* process_mrelease: release the memory of a process that is ending; the system call. Since glibc 2.36. */
#include "_syscall.h"

CALL(int, process_mrelease, (int process, unsigned int flags),
     SYS_process_mrelease, process, flags)
