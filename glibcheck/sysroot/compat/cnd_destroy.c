/* cnd_destroy: pthread_cond_destroy; since glibc 2.34. */
#include "_threads.h"

BY_SILENTLY(cnd_destroy, pthread_cond_destroy)
