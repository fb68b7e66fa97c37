/* How the programs of this folder compare: `compat_f` is our member, renamed, and `f` is the real function.
 *
 * Each program prints "compared f N" for what it looked at and "MISMATCH f: ..." for what is not the same, and ends with
 * 1 if anything was. Its arguments name system calls that must fail with ENOSYS, for both.
 */
#ifndef COMPARE_H
#define COMPARE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define OURS(f) extern __typeof__(f) compat_##f

static struct {
    const char *name;
    long compared, wrong;
} counts[512];

static int failed;

/* Count one comparison; say what was wrong for the first few of a function. */
#define SAME(name, same, ...)                                   \
    do {                                                        \
        if (counted(name, same)) {                              \
            printf("MISMATCH %s: ", name);                      \
            printf(__VA_ARGS__);                                \
            printf("\n");                                       \
            fflush(stdout);                                     \
        }                                                       \
    } while (0)

__attribute__((unused)) static int counted(const char *name, int same)
{
    int i = 0;
    while (counts[i].name != NULL && strcmp(counts[i].name, name) != 0)
        ++i;
    counts[i].name = name;
    ++counts[i].compared;
    if (same)
        return 0;
    failed = 1;
    return ++counts[i].wrong <= 5;
}

__attribute__((unused)) static int report(void)
{
    for (int i = 0; counts[i].name != NULL; ++i)
        printf("compared %s %ld\n", counts[i].name, counts[i].compared);
    return failed;
}

/* Random numbers that are the same in every run. */
__attribute__((unused)) static uint64_t next_random(void)
{
    static uint64_t state = 88172645463325252ULL;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * 2685821657736338717ULL;
}

static const struct {
    const char *name;
    int number;
} calls[] = {
    {"getrandom", SYS_getrandom},   {"statx", SYS_statx},           {"close_range", 436},         {"memfd_create", SYS_memfd_create},
    {"mlock2", SYS_mlock2},         {"renameat2", SYS_renameat2},   {"preadv2", SYS_preadv2},     {"pwritev2", SYS_pwritev2},
    {"epoll_pwait2", 441},          {"openat2", 437},               {"mseal", 462},               {"pkey_alloc", SYS_pkey_alloc},
    {"copy_file_range", SYS_copy_file_range}, {"pidfd_open", 434},  {"execveat", SYS_execveat},
};

/* Let a system call fail with ENOSYS from now on, as on a kernel that has not got it. */
__attribute__((unused)) static void block(const char *name)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i)
        if (strcmp(calls[i].name, name) == 0) {
            struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
            };
            struct sock_fprog program = {4, code};
            if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, 2, &program) != 0) {
                perror("seccomp");
                exit(77);
            }
            return;
        }
    fprintf(stderr, "unknown system call %s\n", name);
    exit(2);
}

static int blocked_count;
static char **blocked_names;

__attribute__((unused)) static int is_blocked(const char *name)
{
    for (int i = 0; i < blocked_count; ++i)
        if (strcmp(blocked_names[i], name) == 0)
            return 1;
    return 0;
}

__attribute__((unused)) static void block_all(int argc, char **argv)
{
    blocked_count = argc - 1;
    blocked_names = argv + 1;
    for (int i = 1; i < argc; ++i)
        block(argv[i]);
}

/* Say which signal ends a child that runs the code; 0 when it ends by itself. */
#define ENDING(signal_number, ...)                              \
    do {                                                        \
        fflush(stdout);                                         \
        pid_t child = fork();                                   \
        if (child == 0) {                                       \
            if (freopen("/dev/null", "w", stderr) == NULL)      \
                _exit(3);                                       \
            __VA_ARGS__;                                        \
            _exit(0);                                           \
        }                                                       \
        int status;                                             \
        waitpid(child, &status, 0);                             \
        signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0; \
    } while (0)

/* Both calls with errno cleared before: the results and the errors are in a, b, a_error, b_error. */
#define BOTH(type, ours, real)                                  \
    errno = 0;                                                  \
    type a = ours;                                              \
    int a_error = errno;                                        \
    errno = 0;                                                  \
    type b = real;                                              \
    int b_error = errno;

#define SAME_RESULT(name, type, ours, real)                     \
    do {                                                        \
        BOTH(type, ours, real)                                  \
        SAME(name, a == b && a_error == b_error, "%ld (errno %d) for %ld (errno %d): " #real, (long)a, a_error, (long)b, b_error); \
    } while (0)

#endif
