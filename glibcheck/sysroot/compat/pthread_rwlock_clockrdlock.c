/* pthread_rwlock_clockrdlock: pthread_rwlock_timedrdlock with a clock of choice; since glibc 2.34 (2.30 in libpthread). */
#include "_clock.h"

CLOCK_LOCK(pthread_rwlock_clockrdlock, pthread_rwlock_timedrdlock)
