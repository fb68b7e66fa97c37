/* statx: what is known of a file, with its time of birth; since glibc 2.28.
 *
 * On a kernel without it (before 4.11) it is filled from fstatat, as glibc does: no time of birth, and stx_mask says so.
 */
#include <asm/stat.h>

#include "_glibc.h"
#include "_numbers.h"

#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_NO_AUTOMOUNT 0x800
#define AT_EMPTY_PATH 0x1000
#define AT_STATX_SYNC_TYPE 0x6000
#define STATX_BASIC_STATS 0x7ff

/* The kernel's own layout, which the kernel's own call fills. */
#ifdef __NR_newfstatat
#define NUMBER __NR_newfstatat
#define STAT struct stat
#else
#define NUMBER __NR_fstatat64
#define STAT struct stat64
#endif

struct statx_time {
    int64_t tv_sec;
    uint32_t tv_nsec;
    int32_t reserved;
};

struct statx {
    uint32_t stx_mask, stx_blksize;
    uint64_t stx_attributes;
    uint32_t stx_nlink, stx_uid, stx_gid;
    uint16_t stx_mode, padding;
    uint64_t stx_ino, stx_size, stx_blocks, stx_attributes_mask;
    struct statx_time stx_atime, stx_btime, stx_ctime, stx_mtime;
    uint32_t stx_rdev_major, stx_rdev_minor, stx_dev_major, stx_dev_minor;
    uint64_t spare[14];
};

/* Take the kernel's encoding of a device number apart. */
static uint32_t major_of(uint64_t device)
{
    return (uint32_t)((device >> 8 & 0xfff) | (device >> 32 & ~0xfffULL));
}

static uint32_t minor_of(uint64_t device)
{
    return (uint32_t)((device & 0xff) | (device >> 12 & ~0xffULL));
}

static void fill(struct statx *out, const STAT *in)
{
    *out = (struct statx){
        .stx_mask = STATX_BASIC_STATS,
        .stx_blksize = (uint32_t)in->st_blksize,
        .stx_nlink = (uint32_t)in->st_nlink,
        .stx_uid = in->st_uid,
        .stx_gid = in->st_gid,
        .stx_mode = (uint16_t)in->st_mode,
        .stx_ino = in->st_ino,
        .stx_size = (uint64_t)in->st_size,
        .stx_blocks = (uint64_t)in->st_blocks,
        .stx_atime = {(int64_t)in->st_atime, (uint32_t)in->st_atime_nsec, 0},
        .stx_ctime = {(int64_t)in->st_ctime, (uint32_t)in->st_ctime_nsec, 0},
        .stx_mtime = {(int64_t)in->st_mtime, (uint32_t)in->st_mtime_nsec, 0},
        .stx_rdev_major = major_of(in->st_rdev),
        .stx_rdev_minor = minor_of(in->st_rdev),
        .stx_dev_major = major_of(in->st_dev),
        .stx_dev_minor = minor_of(in->st_dev),
    };
}

COMPAT int statx(int folder, const char *path, int flags, unsigned int mask, struct statx *result)
{
    STAT old;
    int before = errno;
    long done = syscall(__NR_statx, folder, path, flags, mask, result);
    if (done == 0 || errno != ENOSYS)
        return (int)done;
    if (flags & ~(AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW | AT_STATX_SYNC_TYPE)) {
        errno = EINVAL;
        return -1;
    }
    errno = before;
    if (syscall(NUMBER, folder, path, &old, flags & ~AT_STATX_SYNC_TYPE) != 0)
        return -1;
    fill(result, &old);
    return 0;
}
