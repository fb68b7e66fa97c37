/* getentropy: up to 256 random bytes, all of them or an error; since glibc 2.25. Made of getrandom. */
#include "_glibc.h"

ssize_t getrandom(void *buffer, size_t size, unsigned int flags);

COMPAT int getentropy(void *buffer, size_t size)
{
    char *at = buffer;
    if (size > 256) {
        errno = EIO;
        return -1;
    }
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        if (got == -1 && errno == EINTR)
            continue;
        if (got <= 0) {
            errno = got == 0 ? EIO : errno;
            return -1;
        }
        at += got;
        size -= (size_t)got;
    }
    return 0;
}
