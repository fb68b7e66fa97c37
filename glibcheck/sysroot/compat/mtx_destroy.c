/* mtx_destroy: pthread_mutex_destroy; since glibc 2.34. */
#include "_threads.h"

BY_SILENTLY(mtx_destroy, pthread_mutex_destroy)
