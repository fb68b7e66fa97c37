/* mtx_lock: pthread_mutex_lock; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(mtx_lock, pthread_mutex_lock, (void *object), (void *object), object)
