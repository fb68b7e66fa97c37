"""Members that ask the kernel: files, processes, random bytes.

Trap: a system call made by syscall() is no cancellation point, where some of glibc's are.
"""

from __future__ import annotations

from glibcheck.sysroot.compat.rows import each

_NO_CANCEL = "not a cancellation point"

ROWS = (
    *each(
        "fstat fstat64 fstatat fstatat64 lstat lstat64 stat stat64", "the __xstat functions with the layout's number"
    ),
    *each("mknod mknodat", "the system call mknodat"),
    *each("fcntl64", "fcntl, whose commands tell the layout of struct flock"),
    *each(
        "getrandom",
        "the system call; on kernels before 3.17 /dev/urandom or /dev/random",
        f"{_NO_CANCEL}; without the system call it does not wait for the kernel's pool to be filled at boot",
    ),
    *each("getentropy", "getrandom until all bytes are there", _NO_CANCEL),
    *each("arc4random arc4random_buf arc4random_uniform", "random bytes of getrandom; without any the process ends"),
    *each(
        "statx",
        "the system call; on kernels before 4.11 fstatat, without the time of birth",
        _NO_CANCEL,
    ),
    *each("close_range", "the system call, ENOSYS on kernels before 5.9"),
    *each(
        "closefrom",
        "close_range; without it what /proc/self/fd lists is closed",
        "without close_range and without /proc all numbers below the limit are closed, where glibc ends the process",
    ),
    *each("preadv2 preadv64v2", "the system call; on kernels before 4.6 preadv, and no flags", _NO_CANCEL),
    *each("pwritev2 pwritev64v2", "the system call; on kernels before 4.6 pwritev, and no flags", _NO_CANCEL),
    *each("copy_file_range", "the system call, ENOSYS on kernels before 4.5", _NO_CANCEL),
    *each("openat2", "the system call, ENOSYS on kernels before 5.6", _NO_CANCEL),
    *each("epoll_pwait2", "the system call, ENOSYS on kernels before 5.11", _NO_CANCEL),
    *each("renameat2", "renameat, with flags the system call; on kernels before 3.15 no flag is known (EINVAL)"),
    *each("mlock2", "mlock, with flags the system call; on kernels before 4.4 no flag is known (EINVAL)"),
    *each("pkey_mprotect", "the system call; mprotect where no key is named"),
    *each("pkey_alloc pkey_free", "the system call, ENOSYS on kernels before 4.9"),
    *each(
        "pkey_get pkey_set",
        "the processor's register of protection keys on x86, ENOSYS elsewhere",
        "ENOSYS on aarch64, where glibc knows keys since 2.41",
        machines="x86_64 i686 aarch64 armv7l s390x riscv64 loongarch64",
    ),
    *each("execveat getcpu getdents64 gettid memfd_create tgkill", "the system call"),
    *each("sched_getattr sched_setattr", "the system call, ENOSYS on kernels before 3.14"),
    *each("mseal", "the system call, ENOSYS on kernels before 6.10"),
    *each("pidfd_getfd pidfd_open pidfd_send_signal process_madvise process_mrelease", "the system call, or ENOSYS"),
    *each("fsconfig fsmount fsopen fspick mount_setattr move_mount open_tree", "the system call, or ENOSYS"),
    *each("_Fork", "fork", "runs the handlers of pthread_atfork, and is no safer in a signal handler than fork"),
    *each("timespec_getres", "clock_getres for the four bases of C23", "before 2.43 glibc knows TIME_UTC only"),
    *each(
        "cfgetibaud cfgetobaud cfsetbaud cfsetibaud cfsetobaud",
        "speeds of a terminal as numbers, by the codes of the older functions",
        "a speed that has no code cannot be set (EINVAL), and is read as 4294967295",
    ),
)
