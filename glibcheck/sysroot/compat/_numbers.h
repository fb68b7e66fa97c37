/* The numbers of system calls: the kernel's own header, and from 424 on, where all machines share them, by hand,
 * because the kernel headers of a host may be older than its C library. A call below 424 that the headers do not know
 * is answered with ENOSYS by the member that makes it.
 */
#ifndef GLIBCHECK_NUMBERS_H
#define GLIBCHECK_NUMBERS_H

#include <asm/unistd.h>

#define SYS_pidfd_send_signal 424
#define SYS_open_tree 428
#define SYS_move_mount 429
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#define SYS_fspick 433
#define SYS_pidfd_open 434
#define SYS_close_range 436
#define SYS_openat2 437
#define SYS_pidfd_getfd 438
#define SYS_process_madvise 440
#define SYS_epoll_pwait2 441
#define SYS_mount_setattr 442
#define SYS_process_mrelease 448
#define SYS_mseal 462

/* A number that no kernel has: the call fails with ENOSYS, as it does on a kernel without it. */
#define SYS_none 0xffff

#ifndef __NR_copy_file_range
#define __NR_copy_file_range SYS_none
#endif
#ifndef __NR_execveat
#define __NR_execveat SYS_none
#endif
#ifndef __NR_getrandom
#define __NR_getrandom SYS_none
#endif
#ifndef __NR_memfd_create
#define __NR_memfd_create SYS_none
#endif
#ifndef __NR_mlock2
#define __NR_mlock2 SYS_none
#endif
#ifndef __NR_pkey_alloc
#define __NR_pkey_alloc SYS_none
#define __NR_pkey_free SYS_none
#define __NR_pkey_mprotect SYS_none
#endif
#ifndef __NR_preadv2
#define __NR_preadv2 SYS_none
#define __NR_pwritev2 SYS_none
#endif
#ifndef __NR_renameat2
#define __NR_renameat2 SYS_none
#endif
#ifndef __NR_sched_getattr
#define __NR_sched_getattr SYS_none
#define __NR_sched_setattr SYS_none
#endif
#ifndef __NR_statx
#define __NR_statx SYS_none
#endif

#endif
