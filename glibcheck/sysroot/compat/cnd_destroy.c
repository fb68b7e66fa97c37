/* cnd_destroy: pthread_cond_destroy; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY_SILENTLY(cnd_destroy, pthread_cond_destroy)
