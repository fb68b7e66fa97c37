/* getrandom: the system call; on a kernel without it (before 3.17) the device that it was made for. Since glibc 2.25.
 *
 * The device is /dev/urandom, for GRND_RANDOM /dev/random. Before the kernel's pool is filled for the first time, at
 * boot, /dev/urandom gives bytes where the system call would wait.
 */
#include "_glibc.h"
#include "_numbers.h"

#define GRND_NONBLOCK 1u
#define GRND_RANDOM 2u
#define GRND_INSECURE 4u
#define AT_FDCWD -100
#define O_NONBLOCK 04000
#define O_CLOEXEC 02000000

int open(const char *path, int flags, ...);
ssize_t read(int file, void *buffer, size_t size);
int close(int file);

static ssize_t read_device(void *buffer, size_t size, unsigned int flags)
{
    int waits = (flags & (GRND_RANDOM | GRND_NONBLOCK)) != (GRND_RANDOM | GRND_NONBLOCK);
    const char *device = flags & GRND_RANDOM ? "/dev/random" : "/dev/urandom";
    int file = open(device, O_CLOEXEC | (waits ? 0 : O_NONBLOCK));
    if (file == -1)
        return -1;
    ssize_t got = read(file, buffer, size);
    int why = errno;
    close(file);
    errno = why;
    return got;
}

COMPAT ssize_t getrandom(void *buffer, size_t size, unsigned int flags)
{
    int before = errno;
    ssize_t got = syscall(__NR_getrandom, buffer, size, flags);
    if (got != -1 || errno != ENOSYS)
        return got;
    if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) {
        errno = EINVAL;
        return -1;
    }
    errno = before;
    return read_device(buffer, size, flags);
}
