/* timespec_getres: the resolution of a clock of timespec_get; since glibc 2.34. Only TIME_UTC is known. */
#include "_glibc.h"

#define TIME_UTC 1

int clock_getres(int clock, struct timespec *resolution);

COMPAT int timespec_getres(struct timespec *resolution, int base)
{
    if (base != TIME_UTC)
        return 0;
    clock_getres(CLOCK_REALTIME, resolution);
    return base;
}
