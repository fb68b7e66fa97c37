/* mtx_unlock: pthread_mutex_unlock; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(mtx_unlock, pthread_mutex_unlock, (void *object), (void *object), object)
