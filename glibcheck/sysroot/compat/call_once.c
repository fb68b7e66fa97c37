/* call_once: pthread_once; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

int pthread_once(int *once, void (*routine)(void));

COMPAT void call_once(int *once, void (*routine)(void))
{
    pthread_once(once, routine);
}
