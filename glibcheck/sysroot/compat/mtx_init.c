/* mtx_init: pthread_mutex_init, recursive or not; since glibc 2.34. */
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
    if (type & ~(mtx_recursive | mtx_timed))
        return thrd_error;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_TIMED_NP);
    int error = pthread_mutex_init(mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return thrd_code(error);
}
