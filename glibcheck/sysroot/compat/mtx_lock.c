/* mtx_lock: pthread_mutex_lock; since glibc 2.34. */
#include "_threads.h"

BY(mtx_lock, pthread_mutex_lock, (void *object), (void *object), object)
