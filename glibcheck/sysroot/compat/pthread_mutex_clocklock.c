/* pthread_mutex_clocklock: pthread_mutex_timedlock with a clock of choice; since glibc 2.34 (2.30 in libpthread). */
#include "_clock.h"

CLOCK_LOCK(pthread_mutex_clocklock, pthread_mutex_timedlock)
