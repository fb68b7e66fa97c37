/* closefrom: close every file descriptor from a number on; since glibc 2.34.
 *
 * On a kernel without close_range (before 5.9) those that /proc/self/fd lists are closed; without /proc all numbers that
 * the limit on open files allows, where glibc would end the process.
 */
#include "_glibc.h"
#include "_numbers.h"

#define O_RDONLY_DIRECTORY_CLOEXEC (00200000 | 02000000)
#if defined __arm__ || defined __aarch64__ || defined __powerpc64__
#undef O_RDONLY_DIRECTORY_CLOEXEC
#define O_RDONLY_DIRECTORY_CLOEXEC (00040000 | 02000000)
#endif
#define SC_OPEN_MAX 4

struct entry {
    uint64_t d_ino;
    int64_t d_off;
    uint16_t d_reclen;
    uint8_t d_type;
    char d_name[];
};

int close_range(unsigned int first, unsigned int last, int flags);
int open(const char *path, int flags, ...);
int close(int file);
long sysconf(int name);

static int number(const char *name)
{
    int value = 0;
    if (*name < '0' || *name > '9')
        return -1;
    while (*name >= '0' && *name <= '9')
        value = value * 10 + (*name++ - '0');
    return value;
}

/* Close what a buffer of entries names; say how many that were. */
static int close_listed(const char *buffer, long size, int first, int listing)
{
    int closed = 0;
    for (long at = 0; at < size; at += ((const struct entry *)(buffer + at))->d_reclen) {
        int file = number(((const struct entry *)(buffer + at))->d_name);
        if (file >= first && file != listing) {
            close(file);
            ++closed;
        }
    }
    return closed;
}

static int close_by_list(int first)
{
    _Alignas(struct entry) char buffer[1024];
    int closed;
    int listing = open("/proc/self/fd", O_RDONLY_DIRECTORY_CLOEXEC);
    if (listing == -1)
        return 0;
    /* The list changes while files are closed: read it anew until it names none of them. */
    do {
        long size;
        closed = 0;
        syscall(__NR_lseek, listing, 0L, 0);
        while ((size = syscall(__NR_getdents64, listing, buffer, sizeof buffer)) > 0)
            closed += close_listed(buffer, size, first, listing);
    } while (closed > 0);
    close(listing);
    return 1;
}

COMPAT void closefrom(int first)
{
    int before = errno;
    if (first < 0)
        first = 0;
    if (close_range((unsigned int)first, ~0u, 0) != 0 && !close_by_list(first))
        for (long file = first, end = sysconf(SC_OPEN_MAX); file < end; ++file)
            close((int)file);
    errno = before;
}
