/* mtx_init: pthread_mutex_init, recursive or not; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

#define PTHREAD_MUTEX_TIMED_NP 0
#define PTHREAD_MUTEX_RECURSIVE 1

int pthread_mutexattr_init(void *attributes);
int pthread_mutexattr_settype(void *attributes, int type);
int pthread_mutexattr_destroy(void *attributes);
int pthread_mutex_init(void *mutex, const void *attributes);

COMPAT int mtx_init(void *mutex, int type)
{
    long attributes; /* pthread_mutexattr_t is an int on some machines, a long on others */
    pthread_mutexattr_init(&attributes);
    int recursive = type == mtx_recursive || type == (mtx_timed | mtx_recursive); /* others are plain */
    pthread_mutexattr_settype(&attributes, recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_TIMED_NP);
    int error = pthread_mutex_init(mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return thrd_code(error);
}
