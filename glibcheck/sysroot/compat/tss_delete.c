/* tss_delete: pthread_key_delete; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

int pthread_key_delete(unsigned int key);

COMPAT void tss_delete(unsigned int key)
{
    pthread_key_delete(key);
}
