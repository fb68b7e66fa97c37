/* System calls that glibc gives as they are: the same answer to arguments that are refused or change nothing. */
#include "compare.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <termios.h>
#include <time.h>

OURS(gettid);
OURS(tgkill);
OURS(getcpu);
OURS(mlock2);
OURS(pkey_alloc);
OURS(pkey_free);
OURS(pkey_mprotect);
OURS(pkey_get);
OURS(pkey_set);
OURS(execveat);
OURS(epoll_pwait2);
OURS(pidfd_open);
OURS(pidfd_getfd);
OURS(pidfd_send_signal);
OURS(process_madvise);
OURS(process_mrelease);
OURS(fsopen);
OURS(fsmount);
OURS(fsconfig);
OURS(fspick);
OURS(open_tree);
OURS(move_mount);
OURS(mount_setattr);
OURS(_Fork);
OURS(timespec_getres);
#if __GLIBC_PREREQ(2, 41)
OURS(sched_getattr);
OURS(sched_setattr);
#endif
#if __GLIBC_PREREQ(2, 42)
OURS(cfgetibaud);
OURS(cfgetobaud);
OURS(cfsetbaud);
OURS(cfsetibaud);
OURS(cfsetobaud);
#endif
#if __GLIBC_PREREQ(2, 43)
OURS(mseal);
#endif

/* File descriptors need not have the same number. */
#define SAME_FILE(name, ours, real)                                                                        \
    do {                                                                                                   \
        BOTH(int, ours, real)                                                                              \
        SAME(name, (a >= 0) == (b >= 0) && a_error == b_error, "%d (errno %d) for %d (errno %d)", a, a_error, b, b_error); \
        if (a >= 0)                                                                                        \
            close(a);                                                                                      \
        if (b >= 0)                                                                                        \
            close(b);                                                                                      \
    } while (0)

static void threads(void)
{
    unsigned cpu = ~0u, node = ~0u;
    SAME_RESULT("gettid", pid_t, compat_gettid(), gettid());
    SAME_RESULT("tgkill", int, compat_tgkill(getpid(), gettid(), 0), tgkill(getpid(), gettid(), 0));
    SAME_RESULT("tgkill", int, compat_tgkill(getpid(), 1 << 22, 0), tgkill(getpid(), 1 << 22, 0));
    SAME_RESULT("tgkill", int, compat_tgkill(-1, gettid(), 0), tgkill(-1, gettid(), 0));
    SAME_RESULT("tgkill", int, compat_tgkill(getpid(), gettid(), 1000), tgkill(getpid(), gettid(), 1000));
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(sched_getcpu(), &set);
    sched_setaffinity(0, sizeof set, &set);
    SAME("getcpu", compat_getcpu(&cpu, &node) == 0 && (int)cpu == sched_getcpu() && node != ~0u, "%u %u", cpu, node);
    SAME_RESULT("getcpu", int, compat_getcpu(NULL, NULL), getcpu(NULL, NULL));
#if __GLIBC_PREREQ(2, 41)
    struct sched_attr one = {0}, other = {0};
    SAME_RESULT("sched_getattr", int, compat_sched_getattr(0, &one, sizeof one, 0), sched_getattr(0, &other, sizeof other, 0));
    SAME("sched_getattr", memcmp(&one, &other, sizeof one) == 0, "contents");
    SAME_RESULT("sched_getattr", int, compat_sched_getattr(0, &one, 1, 0), sched_getattr(0, &other, 1, 0));
    SAME_RESULT("sched_getattr", int, compat_sched_getattr(-1, &one, sizeof one, 0), sched_getattr(-1, &other, sizeof other, 0));
    SAME_RESULT("sched_setattr", int, compat_sched_setattr(0, &one, 0), sched_setattr(0, &one, 0));
    SAME_RESULT("sched_setattr", int, compat_sched_setattr(0, &one, 77), sched_setattr(0, &one, 77));
#endif
}

static void memory(void)
{
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned flags[] = {0, 1, 2, 0x4000};
    for (int i = 0; i < 4; ++i) {
        SAME_RESULT("mlock2", int, compat_mlock2(page, 4096, flags[i]), mlock2(page, 4096, flags[i]));
        if (is_blocked("mlock2") && flags[i] != 0) {
            errno = 0;
            SAME("mlock2", compat_mlock2(page, 4096, flags[i]) == -1 && errno == EINVAL, "errno %d without the call", errno);
        }
    }
    SAME_RESULT("mlock2", int, compat_mlock2((void *)0x1000, 4096, 1), mlock2((void *)0x1000, 4096, 1));
    SAME_RESULT("pkey_mprotect", int, compat_pkey_mprotect(page, 4096, PROT_READ, -1), pkey_mprotect(page, 4096, PROT_READ, -1));
    SAME_RESULT("pkey_mprotect", int, compat_pkey_mprotect(page, 4096, PROT_READ, 14), pkey_mprotect(page, 4096, PROT_READ, 14));
    SAME_RESULT("pkey_mprotect", int, compat_pkey_mprotect(page + 1, 4096, PROT_READ, -1), pkey_mprotect(page + 1, 4096, PROT_READ, -1));
    SAME_RESULT("pkey_alloc", int, compat_pkey_alloc(7, 0), pkey_alloc(7, 0));
    SAME_RESULT("pkey_free", int, compat_pkey_free(14), pkey_free(14));
    int keys[] = {-1, 16, 1000};
    for (int i = 0; i < 3; ++i) {
        SAME_RESULT("pkey_get", int, compat_pkey_get(keys[i]), pkey_get(keys[i]));
        SAME_RESULT("pkey_set", int, compat_pkey_set(keys[i], 0), pkey_set(keys[i], 0));
    }
    SAME_RESULT("pkey_set", int, compat_pkey_set(1, 4), pkey_set(1, 4));
    int key = compat_pkey_alloc(0, 0);
    SAME("pkey_alloc", key > 0 || errno == ENOSPC || errno == EINVAL || errno == ENOSYS, "errno %d", errno);
    if (key > 0) {
        for (unsigned rights = 0; rights < 4; ++rights) {
            SAME("pkey_set", compat_pkey_set(key, rights) == 0 && pkey_get(key) == (int)rights, "rights %u", rights);
            SAME_RESULT("pkey_get", int, compat_pkey_get(key), pkey_get(key));
        }
        SAME("pkey_free", compat_pkey_free(key) == 0, "errno %d", errno);
    }
    struct iovec vector = {page, 4096};
    SAME_RESULT("process_madvise", ssize_t, compat_process_madvise(-1, &vector, 1, MADV_COLD, 0), process_madvise(-1, &vector, 1, MADV_COLD, 0));
    SAME_RESULT("process_madvise", ssize_t, compat_process_madvise(-1, &vector, 1, MADV_COLD, 9), process_madvise(-1, &vector, 1, MADV_COLD, 9));
    SAME_RESULT("process_mrelease", int, compat_process_mrelease(-1, 0), process_mrelease(-1, 0));
    SAME_RESULT("process_mrelease", int, compat_process_mrelease(-1, 5), process_mrelease(-1, 5));
#if __GLIBC_PREREQ(2, 43)
    SAME_RESULT("mseal", int, compat_mseal(page + 1, 4096, 0), mseal(page + 1, 4096, 0));
    SAME_RESULT("mseal", int, compat_mseal(page, 4096, 99), mseal(page, 4096, 99));
    SAME_RESULT("mseal", int, compat_mseal((void *)0x1000, 4096, 0), mseal((void *)0x1000, 4096, 0));
#endif
}

static void processes(void)
{
    char *const arguments[] = {(char *)"x", NULL};
    SAME_FILE("pidfd_open", compat_pidfd_open(getpid(), 0), pidfd_open(getpid(), 0));
    SAME_FILE("pidfd_open", compat_pidfd_open(getpid(), 99), pidfd_open(getpid(), 99));
    SAME_FILE("pidfd_open", compat_pidfd_open(-5, 0), pidfd_open(-5, 0));
    int self = pidfd_open(getpid(), 0);
    SAME_FILE("pidfd_getfd", compat_pidfd_getfd(self, 0, 0), pidfd_getfd(self, 0, 0));
    SAME_FILE("pidfd_getfd", compat_pidfd_getfd(self, 9999, 0), pidfd_getfd(self, 9999, 0));
    SAME_RESULT("pidfd_send_signal", int, compat_pidfd_send_signal(self, 0, NULL, 0), pidfd_send_signal(self, 0, NULL, 0));
    SAME_RESULT("pidfd_send_signal", int, compat_pidfd_send_signal(self, 999, NULL, 0), pidfd_send_signal(self, 999, NULL, 0));
    SAME_RESULT("pidfd_send_signal", int, compat_pidfd_send_signal(-1, 0, NULL, 0), pidfd_send_signal(-1, 0, NULL, 0));
    SAME_RESULT("execveat", int, compat_execveat(-1, "missing", arguments, environ, 0), execveat(-1, "missing", arguments, environ, 0));
    SAME_RESULT("execveat", int, compat_execveat(AT_FDCWD, "/missing", arguments, environ, 0), execveat(AT_FDCWD, "/missing", arguments, environ, 0));
    int status;
    pid_t child = compat__Fork();
    if (child == 0) {
        char *const echo[] = {(char *)"sh", (char *)"-c", (char *)"exit 42", NULL};
        compat_execveat(AT_FDCWD, "/bin/sh", echo, environ, 0);
        _exit(getpid() == syscall(SYS_getpid) && getppid() != 0 ? 43 : 44);
    }
    waitpid(child, &status, 0);
    SAME("_Fork", child > 0 && WIFEXITED(status), "the child did not end");
    SAME("execveat", WEXITSTATUS(status) == (is_blocked("execveat") ? 43 : 42), "the child ended with %d", WEXITSTATUS(status));
}

static void mounts(void)
{
    struct mount_attr attributes = {0};
    SAME_FILE("fsopen", compat_fsopen("no-such-system", 0), fsopen("no-such-system", 0));
    SAME_FILE("fsopen", compat_fsopen("tmpfs", 99), fsopen("tmpfs", 99));
    SAME_RESULT("fsmount", int, compat_fsmount(-1, 0, 0), fsmount(-1, 0, 0));
    SAME_RESULT("fsconfig", int, compat_fsconfig(-1, 0, "a", "b", 0), fsconfig(-1, 0, "a", "b", 0));
    SAME_RESULT("fsconfig", int, compat_fsconfig(-1, 99, "a", "b", 0), fsconfig(-1, 99, "a", "b", 0));
    SAME_RESULT("fspick", int, compat_fspick(AT_FDCWD, "/missing", 0), fspick(AT_FDCWD, "/missing", 0));
    SAME_FILE("open_tree", compat_open_tree(AT_FDCWD, "/", 0), open_tree(AT_FDCWD, "/", 0));
    SAME_FILE("open_tree", compat_open_tree(AT_FDCWD, "/missing", 0), open_tree(AT_FDCWD, "/missing", 0));
    SAME_RESULT("move_mount", int, compat_move_mount(-1, "", -1, "", 0), move_mount(-1, "", -1, "", 0));
    SAME_RESULT("move_mount", int, compat_move_mount(-1, "", -1, "", 0x40000000), move_mount(-1, "", -1, "", 0x40000000));
    SAME_RESULT("mount_setattr", int, compat_mount_setattr(-1, "", 0, &attributes, sizeof attributes), mount_setattr(-1, "", 0, &attributes, sizeof attributes));
    SAME_RESULT("mount_setattr", int, compat_mount_setattr(-1, "", 0, &attributes, 3), mount_setattr(-1, "", 0, &attributes, 3));
}

static void waits(void)
{
    int epoll = epoll_create1(0);
    struct epoll_event event;
    struct timespec times[] = {{0, 0}, {0, 1000000}, {0, -1}, {-1, 0}, {0, 2000000000}};
    for (int i = 0; i < 5; ++i)
        SAME_RESULT("epoll_pwait2", int, compat_epoll_pwait2(epoll, &event, 1, &times[i], NULL), epoll_pwait2(epoll, &event, 1, &times[i], NULL));
    SAME_RESULT("epoll_pwait2", int, compat_epoll_pwait2(-1, &event, 1, &times[0], NULL), epoll_pwait2(-1, &event, 1, &times[0], NULL));
    sigset_t signals;
    sigfillset(&signals);
    SAME_RESULT("epoll_pwait2", int, compat_epoll_pwait2(epoll, &event, 1, &times[1], &signals), epoll_pwait2(epoll, &event, 1, &times[1], &signals));
#ifdef TIME_MONOTONIC
    int bases[] = {0, TIME_UTC, TIME_MONOTONIC, TIME_ACTIVE, TIME_THREAD_ACTIVE};
#else
    int bases[] = {0, TIME_UTC};
#endif
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; ++i) {
        struct timespec one = {7, 7}, other = {7, 7};
        SAME("timespec_getres", compat_timespec_getres(&one, bases[i]) == timespec_getres(&other, bases[i]), "base %d", bases[i]);
        SAME("timespec_getres", one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec, "resolution of base %d", bases[i]);
        SAME("timespec_getres", compat_timespec_getres(NULL, bases[i]) == bases[i], "base %d without a place", bases[i]);
    }
    SAME("timespec_getres", compat_timespec_getres(&times[0], 77) == 0, "an unknown base");
}

#if __GLIBC_PREREQ(2, 42)
static void speeds(void)
{
    unsigned numbers[] = {0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; ++i) {
        struct termios one = {0}, other = {0};
        SAME_RESULT("cfsetobaud", int, compat_cfsetobaud(&one, numbers[i]), cfsetobaud(&other, numbers[i]));
        SAME_RESULT("cfgetobaud", long, compat_cfgetobaud(&one), cfgetobaud(&other));
        SAME_RESULT("cfsetibaud", int, compat_cfsetibaud(&one, numbers[i]), cfsetibaud(&other, numbers[i]));
        SAME("cfgetibaud", compat_cfgetibaud(&one) == cfgetibaud(&other) , "%u for %u of %u", compat_cfgetibaud(&one), cfgetibaud(&other), numbers[i]);
        SAME_RESULT("cfsetbaud", int, compat_cfsetbaud(&one, numbers[i]), cfsetbaud(&other, numbers[i]));
        SAME("cfsetbaud", cfgetobaud(&one) == cfgetobaud(&other) && cfgetibaud(&one) == cfgetibaud(&other), "%u", numbers[i]);
    }
    struct termios one = {0};
    errno = 0;
    SAME("cfsetobaud", compat_cfsetobaud(&one, 12345) == -1 && errno == EINVAL, "a speed without a code");
}
#else
static void speeds(void)
{
}
#endif

int main(int argc, char **argv)
{
    block_all(argc, argv);
    threads();
    memory();
    processes();
    mounts();
    waits();
    speeds();
    return report();
}
