/* The stat family, statx, reading and writing, renaming, file descriptors. */
#include "compare.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

OURS(stat);
OURS(stat64);
OURS(lstat);
OURS(lstat64);
OURS(fstat);
OURS(fstat64);
OURS(fstatat);
OURS(fstatat64);
OURS(mknod);
OURS(mknodat);
OURS(fcntl64);
OURS(statx);
OURS(renameat2);
OURS(preadv2);
OURS(preadv64v2);
OURS(pwritev2);
OURS(pwritev64v2);
OURS(copy_file_range);
OURS(memfd_create);
OURS(close_range);
OURS(closefrom);
OURS(getdents64);

static const char *const paths[] = {
    "/", "/dev/null", "/proc/self/exe", "/proc/self/stat", "link", "dangling", "file", "missing", "", "file/under", "folder", "fifo",
};
#define PATHS (sizeof paths / sizeof paths[0])

#define STAT(f, type, ...)                                                              \
    do {                                                                                \
        struct type one, other;                                                         \
        memset(&one, 0x55, sizeof one);                                                 \
        memset(&other, 0x55, sizeof other);                                             \
        BOTH(int, compat_##f(__VA_ARGS__, &one EXTRA), f(__VA_ARGS__, &other EXTRA))    \
        SAME(#f, a == b && a_error == b_error && memcmp(&one, &other, sizeof one) == 0, \
             "%d (errno %d) for %d (errno %d)", a, a_error, b, b_error);                \
    } while (0)

static void stats(void)
{
    for (size_t i = 0; i < PATHS; ++i) {
#define EXTRA
        STAT(stat, stat, paths[i]);
        STAT(stat64, stat64, paths[i]);
        STAT(lstat, stat, paths[i]);
        STAT(lstat64, stat64, paths[i]);
        int file = open(paths[i], O_RDONLY | O_NONBLOCK);
        STAT(fstat, stat, file);
        STAT(fstat64, stat64, file);
#undef EXTRA
        int flags[] = {0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_EMPTY_PATH | AT_NO_AUTOMOUNT, 0x40000000};
        for (int j = 0; j < 5; ++j) {
#define EXTRA , flags[j]
            STAT(fstatat, stat, AT_FDCWD, paths[i]);
            STAT(fstatat64, stat64, AT_FDCWD, paths[i]);
            STAT(fstatat, stat, file, "");
            STAT(fstatat, stat, -1, paths[i]);
        }
#undef EXTRA
        if (file >= 0)
            close(file);
    }
}

static void statxs(void)
{
    int flags[] = {0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, 0x2000, 0x4000, 0x6000, 0x2000 | AT_EMPTY_PATH, 0x40000000};
    unsigned masks[] = {STATX_BASIC_STATS, STATX_BASIC_STATS | STATX_BTIME, STATX_SIZE, 0};
    for (size_t i = 0; i < PATHS; ++i)
        for (int j = 0; j < 8; ++j) {
            if (is_blocked("statx") && (flags[j] & 0x6000)) /* the real one hands these to fstatat, which refuses them */
                continue;
            for (int k = 0; k < 4; ++k) {
                struct statx one, other;
                memset(&one, 0, sizeof one);
                memset(&other, 0, sizeof other);
                BOTH(int, compat_statx(AT_FDCWD, paths[i], flags[j], masks[k], &one), statx(AT_FDCWD, paths[i], flags[j], masks[k], &other))
                /* Where the call is missing and the older one does it, the real function leaves ENOSYS in errno. */
                SAME("statx", a == b && (a == 0 ? a_error == 0 : a_error == b_error) && memcmp(&one, &other, sizeof one) == 0,
                     "%s flags %x mask %x: %d (errno %d) for %d (errno %d)", paths[i], flags[j], masks[k], a, a_error, b, b_error);
                if (a == 0 && is_blocked("statx"))
                    SAME("statx", one.stx_mask == STATX_BASIC_STATS, "without the call: mask %x", one.stx_mask);
            }
        }
}

static void nodes(void)
{
    struct {
        mode_t mode;
        dev_t device;
    } cases[] = {{S_IFREG | 0600, 0}, {S_IFIFO | 0644, 0}, {S_IFCHR | 0600, makedev(1, 3)}, {S_IFCHR | 0600, makedev(0x12345, 3)}, {S_IFDIR | 0700, 0}};
    for (int i = 0; i < 5; ++i) {
        SAME_RESULT("mknod", int, (unlink("node"), errno = 0, compat_mknod("node", cases[i].mode, cases[i].device)),
                    (unlink("node"), errno = 0, mknod("node", cases[i].mode, cases[i].device)));
        struct stat one = {0}, other = {0};
        unlink("node");
        compat_mknodat(AT_FDCWD, "node", cases[i].mode, cases[i].device);
        lstat("node", &one);
        unlink("node");
        mknodat(AT_FDCWD, "node", cases[i].mode, cases[i].device);
        lstat("node", &other);
        unlink("node");
        SAME("mknodat", one.st_mode == other.st_mode && one.st_rdev == other.st_rdev, "%o for %o", one.st_mode, other.st_mode);
        SAME_RESULT("mknodat", int, compat_mknodat(-1, "node", cases[i].mode, cases[i].device), mknodat(-1, "node", cases[i].mode, cases[i].device));
        SAME_RESULT("mknod", int, compat_mknod("missing/node", cases[i].mode, 0), mknod("missing/node", cases[i].mode, 0));
    }
}

static void controls(void)
{
    int file = open("file", O_RDWR);
    struct flock64 lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1LL << 33, .l_len = 5};
    SAME_RESULT("fcntl64", int, compat_fcntl64(file, F_GETFD), fcntl64(file, F_GETFD));
    SAME_RESULT("fcntl64", int, compat_fcntl64(file, F_SETFD, FD_CLOEXEC), fcntl64(file, F_SETFD, FD_CLOEXEC));
    SAME_RESULT("fcntl64", int, compat_fcntl64(file, F_GETFL), fcntl64(file, F_GETFL));
    SAME_RESULT("fcntl64", int, compat_fcntl64(file, F_SETLK64, &lock), fcntl64(file, F_SETLK64, &lock));
    struct flock64 copy = lock;
    SAME_RESULT("fcntl64", int, compat_fcntl64(file, F_OFD_GETLK, &lock), fcntl64(file, F_OFD_GETLK, &copy));
    SAME("fcntl64", memcmp(&lock, &copy, sizeof lock) == 0, "F_OFD_GETLK tells");
    SAME_RESULT("fcntl64", int, compat_fcntl64(-1, F_GETFD), fcntl64(-1, F_GETFD));
    SAME_RESULT("fcntl64", int, compat_fcntl64(file, 9999, 0), fcntl64(file, 9999, 0));
    SAME_RESULT("fcntl64", int, compat_fcntl64(file, F_GETOWN), fcntl64(file, F_GETOWN));
    close(file);
}

static void vectors(void)
{
    char one[16], other[16];
    struct iovec into_one[2] = {{one, 4}, {one + 4, 6}}, into_other[2] = {{other, 4}, {other + 4, 6}};
    int file = open("file", O_RDWR);
    int64_t offsets[] = {0, 3, -1, -2, 1LL << 40};
    int flags[] = {0, RWF_HIPRI, RWF_NOWAIT, 0x4000};
    for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 4; ++j)
            for (int count = 0; count < 3; ++count) {
#define READ(f)                                                                                                        \
    do {                                                                                                               \
        memset(one, 0, 16), memset(other, 0, 16);                                                                      \
        BOTH(ssize_t, (lseek(file, 2, SEEK_SET), errno = 0, compat_##f(file, into_one, count, offsets[i], flags[j])),  \
             (lseek(file, 2, SEEK_SET), errno = 0, f(file, into_other, count, offsets[i], flags[j])))                  \
        SAME(#f, a == b && a_error == b_error && memcmp(one, other, 16) == 0, "%ld (errno %d) for %ld (errno %d): offset %ld flags %x", \
             (long)a, a_error, (long)b, b_error, (long)offsets[i], flags[j]);                                          \
        if (is_blocked("preadv2") && flags[j] != 0)                                                                    \
            SAME(#f, a == -1 && a_error == ENOTSUP, "flags without the call: %ld (errno %d)", (long)a, a_error);       \
    } while (0)
                READ(preadv2);
                READ(preadv64v2);
            }
    for (int j = 0; j < 4; ++j)
        for (int i = 0; i < 4; ++i) {
            struct iovec from[2] = {{(char *)"hello", 5}, {(char *)"world", 5}};
            SAME_RESULT("pwritev2", ssize_t, (lseek(file, 0, SEEK_SET), errno = 0, compat_pwritev2(file, from, 2, offsets[i], flags[j])),
                        (lseek(file, 0, SEEK_SET), errno = 0, pwritev2(file, from, 2, offsets[i], flags[j])));
            SAME_RESULT("pwritev64v2", ssize_t, (lseek(file, 0, SEEK_SET), errno = 0, compat_pwritev64v2(file, from, 2, offsets[i], flags[j])),
                        (lseek(file, 0, SEEK_SET), errno = 0, pwritev64v2(file, from, 2, offsets[i], flags[j])));
        }
    compat_pwritev2(file, (struct iovec[]){{(char *)"XYZ", 3}}, 1, 20, 0);
    char back[3] = "";
    SAME("pwritev2", pread(file, back, 3, 20) == 3 && memcmp(back, "XYZ", 3) == 0, "what was written is not there");
    compat_pwritev64v2(file, (struct iovec[]){{(char *)"UVW", 3}}, 1, 24, 0);
    SAME("pwritev64v2", pread(file, back, 3, 24) == 3 && memcmp(back, "UVW", 3) == 0, "what was written is not there");
    close(file);
}

static void names(void)
{
    unsigned flags[] = {0, RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_NOREPLACE | RENAME_EXCHANGE, 0x4000};
    const char *targets[] = {"file", "fresh", "missing/x"};
    for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 3; ++j) {
#define PREPARED(call) (close(open("moved", O_CREAT | O_RDWR, 0600)), unlink("fresh"), errno = 0, call)
            SAME_RESULT("renameat2", int, PREPARED(compat_renameat2(AT_FDCWD, "moved", AT_FDCWD, targets[j], flags[i])),
                        PREPARED(renameat2(AT_FDCWD, "moved", AT_FDCWD, targets[j], flags[i])));
            if (is_blocked("renameat2") && flags[i] != 0) {
                errno = 0;
                SAME("renameat2", compat_renameat2(AT_FDCWD, "moved", AT_FDCWD, "fresh", flags[i]) == -1 && errno == EINVAL, "errno %d without the call", errno);
            }
        }
}

static void copies(void)
{
    int from = open("/proc/self/exe", O_RDONLY), to = open("copy", O_CREAT | O_RDWR | O_TRUNC, 0600);
    for (int i = 0; i < 4; ++i) {
        off64_t at_one = i * 100, at_other = i * 100, to_one = i * 50, to_other = i * 50;
        SAME_RESULT("copy_file_range", ssize_t, compat_copy_file_range(from, &at_one, to, &to_one, 1000, i == 3 ? 77 : 0),
                    copy_file_range(from, &at_other, to, &to_other, 1000, i == 3 ? 77 : 0));
        SAME("copy_file_range", at_one == at_other && to_one == to_other, "offsets");
    }
    close(from);
    close(to);
    const char *labels[] = {"x", ""};
    unsigned flags[] = {0, MFD_CLOEXEC, MFD_ALLOW_SEALING, 0x40000000};
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 4; ++j) {
            BOTH(int, compat_memfd_create(labels[i], flags[j]), memfd_create(labels[i], flags[j]))
            SAME("memfd_create", (a >= 0) == (b >= 0) && a_error == b_error, "%d (errno %d) for %d (errno %d)", a, a_error, b, b_error);
            if (a >= 0) {
                SAME("memfd_create", fcntl(a, F_GETFD) == fcntl(b, F_GETFD) && fcntl(a, F_GET_SEALS) == fcntl(b, F_GET_SEALS), "flags");
                close(a);
                close(b);
            }
        }
}

static int open_from(int first)
{
    int count = 0;
    for (int i = first; i < 1024; ++i)
        count += fcntl(i, F_GETFD) != -1;
    return count;
}

static void spread(void)
{
    for (int i = 0; i < 90; ++i)
        dup2(0, 20 + 7 * i);
    for (int i = 700; i < 1000; ++i)
        dup2(0, i);
}

static void closings(void)
{
    int firsts[] = {20, 21, 300, 999, 2000};
    for (int i = 0; i < 5; ++i) {
        spread();
        int before = open_from(firsts[i]), below = open_from(0) - before;
        errno = 7;
        compat_closefrom(firsts[i]);
        SAME("closefrom", open_from(firsts[i]) == 0, "from %d: %d of %d left", firsts[i], open_from(firsts[i]), before);
        SAME("closefrom", open_from(0) == below, "those below");
    }
    spread();
    SAME_RESULT("close_range", int, compat_close_range(100, 200, 0), close_range(100, 200, 0));
    SAME_RESULT("close_range", int, compat_close_range(200, 100, 0), close_range(200, 100, 0));
    SAME_RESULT("close_range", int, compat_close_range(100, 200, 0x4000), close_range(100, 200, 0x4000));
    if (!is_blocked("close_range"))
        SAME("close_range", fcntl(104, F_GETFD) == -1 && fcntl(97, F_GETFD) != -1 && fcntl(20 + 7 * 30, F_GETFD) != -1, "what is open");
    compat_closefrom(20);
}

static void folders(void)
{
    char one[4096], other[4096];
    int folder = open("/proc/self/fdinfo/..", O_RDONLY | O_DIRECTORY), file = open("file", O_RDONLY);
    size_t sizes[] = {4096, 300, 10, 0};
    for (int i = 0; i < 4; ++i) {
        memset(one, 0, sizeof one), memset(other, 0, sizeof other);
        BOTH(ssize_t, (lseek(folder, 0, SEEK_SET), errno = 0, compat_getdents64(folder, one, sizes[i])),
             (lseek(folder, 0, SEEK_SET), errno = 0, getdents64(folder, other, sizes[i])))
        SAME("getdents64", a == b && a_error == b_error && memcmp(one, other, sizeof one) == 0, "%ld for %ld", (long)a, (long)b);
    }
    SAME_RESULT("getdents64", ssize_t, compat_getdents64(file, one, 4096), getdents64(file, other, 4096));
    close(file);
    close(folder);
}

#if __GLIBC_PREREQ(2, 43)
OURS(openat2);

static void opens(void)
{
    struct open_how hows[] = {{O_RDONLY, 0, 0}, {O_RDONLY, 0, RESOLVE_BENEATH}, {O_RDONLY, 0, RESOLVE_NO_SYMLINKS}, {O_RDONLY, 0, 1ULL << 60}};
    for (size_t i = 0; i < PATHS; ++i)
        for (int j = 0; j < 4; ++j) {
            if (strcmp(paths[i], "fifo") == 0)
                continue;
            BOTH(int, compat_openat2(AT_FDCWD, paths[i], &hows[j], sizeof hows[j]), openat2(AT_FDCWD, paths[i], &hows[j], sizeof hows[j]))
            SAME("openat2", (a >= 0) == (b >= 0) && a_error == b_error, "%s: %d (errno %d) for %d (errno %d)", paths[i], a, a_error, b, b_error);
            if (a >= 0)
                close(a);
            if (b >= 0)
                close(b);
        }
}
#else
static void opens(void)
{
}
#endif

int main(int argc, char **argv)
{
    char folder[] = "/tmp/compat-XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return 2;
    int file = open("file", O_CREAT | O_RDWR, 0640);
    if (write(file, "0123456789abcdefghijklmnopqrstuvwxyz", 36) != 36 || symlink("file", "link") || symlink("nothing", "dangling")
        || mkdir("folder", 0700) || mkfifo("fifo", 0600))
        return 2;
    close(file);
    block_all(argc, argv);
    stats();
    statxs();
    nodes();
    controls();
    vectors();
    names();
    copies();
    folders();
    opens();
    closings();
    int result = report();
    return chdir("/") | system("rm -rf /tmp/compat-??????") ? result | 4 : result;
}
