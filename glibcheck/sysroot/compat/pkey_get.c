/* pkey_get: what a protection key forbids this thread; ENOSYS on machines other than x86. Since glibc 2.27. */
#include "_pkey.h"

COMPAT int pkey_get(int key)
{
    if (!HAVE_KEYS || key < 0 || key > 15) {
        errno = HAVE_KEYS ? EINVAL : ENOSYS;
        return -1;
    }
    return (int)(read_register() >> (2 * key) & 3);
}
