/* thrd_sleep: nanosleep; -1 when a signal ended it, -2 for another error; since glibc 2.28. */
#include "_threads.h"

int clock_nanosleep(int clock, int flags, const struct timespec *time, struct timespec *left);

COMPAT int thrd_sleep(const struct timespec *time, struct timespec *left)
{
    int error = clock_nanosleep(CLOCK_REALTIME, 0, time, left);
    return error == 0 ? 0 : error == EINTR ? -1 : -2;
}
