/* timespec_getres: the resolution of a clock of timespec_get; since glibc 2.34. A base that is not known gives 0.
 *
 * All four bases of C23 are known, which glibc's own function knows since 2.43 only.
 */
#include "_glibc.h"

#define TIME_UTC 1
#define TIME_THREAD_ACTIVE 4

int clock_getres(int clock, struct timespec *resolution);

COMPAT int timespec_getres(struct timespec *resolution, int base)
{
    /* UTC, monotonic, of the process, of the thread: each is one less as a clock. */
    if (base < TIME_UTC || base > TIME_THREAD_ACTIVE || clock_getres(base - 1, resolution) != 0)
        return 0;
    return base;
}
