/* cnd_init: pthread_cond_init; since glibc 2.34. */
#include "_threads.h"

BY(cnd_init, pthread_cond_init, (void *condition), (void *condition, const void *attributes), condition, NULL)
