/* tss_get: pthread_getspecific; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

void *pthread_getspecific(unsigned int key);

COMPAT void *tss_get(unsigned int key)
{
    return pthread_getspecific(key);
}
