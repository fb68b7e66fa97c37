/* cnd_wait: pthread_cond_wait; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(cnd_wait, pthread_cond_wait, (void *condition, void *mutex), (void *condition, void *mutex), condition, mutex)
