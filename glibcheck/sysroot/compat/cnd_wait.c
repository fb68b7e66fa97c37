/* cnd_wait: pthread_cond_wait; since glibc 2.34. */
#include "_threads.h"

BY(cnd_wait, pthread_cond_wait, (void *condition, void *mutex), (void *condition, void *mutex), condition, mutex)
