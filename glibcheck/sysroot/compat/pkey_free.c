/* pkey_free: give a protection key back; the system call. Since glibc 2.27. */
#include "_syscall.h"

CALL(int, pkey_free, (int key),
     __NR_pkey_free, key)
