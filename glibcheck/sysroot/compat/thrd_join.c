/* thrd_join: pthread_join, whose value is a number; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

int pthread_join(unsigned long thread, void **value);

COMPAT int thrd_join(unsigned long thread, int *value)
{
    void *returned;
    int error = pthread_join(thread, &returned);
    if (error == 0 && value != NULL)
        *value = (int)(intptr_t)returned;
    return thrd_code(error);
}
