/* mtx_destroy: pthread_mutex_destroy; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY_SILENTLY(mtx_destroy, pthread_mutex_destroy)
