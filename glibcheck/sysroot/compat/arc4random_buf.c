/* arc4random_buf: random bytes that never fail to come; since glibc 2.36. Made of getrandom.
 *
 * Without any source of them the process ends, as in glibc. It leaves errno alone.
 */
#include "_glibc.h"

ssize_t getrandom(void *buffer, size_t size, unsigned int flags);

COMPAT void arc4random_buf(void *buffer, size_t size)
{
    char *at = buffer;
    int before = errno;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        if (got > 0) {
            at += got;
            size -= (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            abort();
        }
    }
    errno = before;
}
