"""Members about threads, and what the C++ runtime asks of the C library for them."""

from __future__ import annotations

from glibcheck.sysroot.compat.rows import each

_CLOCK = "a wall clock that is set back while it waits makes it wait longer by as much"

ROWS = (
    *each("__libc_single_threaded", "0: there may be threads", "stays 0 where glibc's is 1, which costs a little time"),
    *each(
        "_dl_find_object",
        "which object has an address, by dl_iterate_phdr",
        "takes the loader's lock, so exceptions of many threads wait for each other; does not see dlmopen's objects",
    ),
    *each(
        "__cxa_thread_atexit_impl",
        "destructors of thread_local objects, by a pthread key",
        "they run among the destructors of other keys, at exit() among those of static objects; the library is never "
        "unloaded again; they do not run when all keys of the process are in use",
    ),
    *each(
        "pthread_cond_clockwait",
        "pthread_cond_timedwait, with the same moment on the wall clock",
        f"the condition must be one with the clock CLOCK_REALTIME; {_CLOCK}",
    ),
    *each(
        """pthread_clockjoin_np pthread_mutex_clocklock pthread_rwlock_clockrdlock pthread_rwlock_clockwrlock
        sem_clockwait""",
        "the wait of the wall clock, with the same moment",
        _CLOCK,
    ),
    *each(
        """call_once cnd_broadcast cnd_destroy cnd_init cnd_signal cnd_timedwait cnd_wait mtx_destroy mtx_init mtx_lock
        mtx_timedlock mtx_trylock mtx_unlock thrd_create thrd_current thrd_detach thrd_equal thrd_exit thrd_join
        thrd_sleep thrd_yield tss_create tss_delete tss_get tss_set""",
        "the threads of C11 by those of POSIX",
    ),
)
