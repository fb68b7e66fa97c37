/* sem_clockwait: sem_timedwait with a clock of choice; since glibc 2.34 (2.30 in libpthread). */
#include "_clock.h"

int sem_timedwait(void *semaphore, const struct timespec *deadline);

COMPAT int sem_clockwait(void *semaphore, int clock, const struct timespec *deadline)
{
    int result;
    if (!KNOWN(clock)) {
        errno = EINVAL;
        return -1;
    }
    if (clock == CLOCK_REALTIME)
        return sem_timedwait(semaphore, deadline);
    do {
        struct timespec wall = on_wall_clock(deadline);
        result = sem_timedwait(semaphore, &wall);
    } while (result == -1 && errno == ETIMEDOUT && !has_passed(deadline));
    return result;
}
