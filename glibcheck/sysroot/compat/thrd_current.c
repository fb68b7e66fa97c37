/* thrd_current: pthread_self; since glibc 2.28. */
#include "_threads.h"

unsigned long pthread_self(void);

COMPAT unsigned long thrd_current(void)
{
    return pthread_self();
}
