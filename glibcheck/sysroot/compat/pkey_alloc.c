/* pkey_alloc: a new protection key; the system call. Since glibc 2.27. */
#include "_syscall.h"

CALL(int, pkey_alloc, (unsigned int flags, unsigned int rights),
     __NR_pkey_alloc, flags, rights)
