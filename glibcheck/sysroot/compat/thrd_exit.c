/* thrd_exit: pthread_exit with a number; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

void pthread_exit(void *value) __attribute__((noreturn));

COMPAT __attribute__((noreturn)) void thrd_exit(int value)
{
    pthread_exit((void *)(intptr_t)value);
}
