/* cnd_timedwait: pthread_cond_timedwait, the deadline on the wall clock; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(cnd_timedwait, pthread_cond_timedwait, (void *condition, void *mutex, const struct timespec *deadline),
   (void *condition, void *mutex, const struct timespec *deadline), condition, mutex, deadline)
