/* mtx_timedlock: pthread_mutex_timedlock, the deadline on the wall clock; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(mtx_timedlock, pthread_mutex_timedlock, (void *mutex, const struct timespec *deadline),
   (void *mutex, const struct timespec *deadline), mutex, deadline)
