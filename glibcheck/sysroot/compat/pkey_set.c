/* pkey_set: say what a protection key forbids this thread; ENOSYS on machines other than x86. Since glibc 2.27. */
#include "_pkey.h"

COMPAT int pkey_set(int key, unsigned int rights)
{
    if (!HAVE_KEYS || key < 0 || key > 15 || rights > 3) {
        errno = HAVE_KEYS ? EINVAL : ENOSYS;
        return -1;
    }
    write_register((read_register() & ~(3u << (2 * key))) | rights << (2 * key));
    return 0;
}
