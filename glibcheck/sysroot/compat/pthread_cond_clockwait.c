/* pthread_cond_clockwait: pthread_cond_timedwait with a clock of choice; since glibc 2.34 (2.30 in libpthread).
 *
 * The condition must have the clock it gets when nothing is said, CLOCK_REALTIME: which one pthread_condattr_setclock
 * chose, another function cannot know. A wait that ends too early, because the wall clock was set, comes back as a
 * wake-up without a cause, which callers expect anyway: waiting on could miss a signal.
 */
#include "_clock.h"

int pthread_cond_timedwait(void *condition, void *mutex, const struct timespec *deadline);

COMPAT int pthread_cond_clockwait(void *condition, void *mutex, int clock, const struct timespec *deadline)
{
    if (!KNOWN(clock))
        return EINVAL;
    if (clock == CLOCK_REALTIME)
        return pthread_cond_timedwait(condition, mutex, deadline);
    struct timespec wall = on_wall_clock(deadline);
    int result = pthread_cond_timedwait(condition, mutex, &wall);
    return result == ETIMEDOUT && !has_passed(deadline) ? 0 : result;
}
