/* pkey_mprotect: protect memory and give it a protection key; mprotect where none is named. Since glibc 2.27. */
#include "_syscall.h"

int mprotect(void *address, size_t size, int protection);

COMPAT int pkey_mprotect(void *address, size_t size, int protection, int key)
{
    if (key == -1)
        return mprotect(address, size, protection);
    return (int)syscall(__NR_pkey_mprotect, address, size, protection, key);
}
