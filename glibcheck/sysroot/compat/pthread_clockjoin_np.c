/* pthread_clockjoin_np: pthread_timedjoin_np with a clock of choice; since glibc 2.34 (2.31 in libpthread). */
#include "_clock.h"

int pthread_join(unsigned long thread, void **value);
int pthread_timedjoin_np(unsigned long thread, void **value, const struct timespec *deadline);

COMPAT int pthread_clockjoin_np(unsigned long thread, void **value, int clock, const struct timespec *deadline)
{
    int result;
    if (!KNOWN(clock))
        return EINVAL;
    if (deadline == NULL)
        return pthread_join(thread, value);
    if (clock == CLOCK_REALTIME)
        return pthread_timedjoin_np(thread, value, deadline);
    do {
        struct timespec wall = on_wall_clock(deadline);
        result = pthread_timedjoin_np(thread, value, &wall);
    } while (result == ETIMEDOUT && !has_passed(deadline));
    return result;
}
