/* cnd_init: pthread_cond_init; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(cnd_init, pthread_cond_init, (void *condition), (void *condition, const void *attributes), condition, NULL)
