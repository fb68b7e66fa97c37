/* Waits with a deadline on a clock of choice, by the functions whose deadline is on CLOCK_REALTIME; since glibc 2.34
 * (libstdc++ waits so wherever std::chrono::steady_clock is meant).
 *
 * A deadline on CLOCK_MONOTONIC becomes the same moment on CLOCK_REALTIME. When somebody sets the wall clock forward
 * meanwhile, the old function ends too early, so the deadline is looked at again; when it is set back, the wait lasts
 * longer by as much, and that cannot be seen from here.
 */
#pragma once
#include "_glibc.h"

int clock_gettime(int clock, struct timespec *now);

#define KNOWN(clock) ((clock) == CLOCK_REALTIME || (clock) == CLOCK_MONOTONIC)
#define SECOND 1000000000L

/* Give the same moment on the wall clock; one with impossible nanoseconds stays, for the old function to refuse. */
static inline struct timespec on_wall_clock(const struct timespec *deadline)
{
    struct timespec steady, wall;
    if (deadline->tv_nsec < 0 || deadline->tv_nsec >= SECOND)
        return *deadline;
    clock_gettime(CLOCK_MONOTONIC, &steady);
    clock_gettime(CLOCK_REALTIME, &wall);
    long seconds, nanoseconds = wall.tv_nsec - steady.tv_nsec + deadline->tv_nsec; /* -1 to 2 seconds */
    long carry = nanoseconds < 0 ? -1 : nanoseconds / SECOND;
    if (__builtin_add_overflow(deadline->tv_sec, wall.tv_sec - steady.tv_sec + carry, &seconds))
        seconds = (long)(~0UL >> 1);
    return (struct timespec){seconds, nanoseconds - carry * SECOND};
}

static inline int has_passed(const struct timespec *deadline)
{
    struct timespec steady;
    clock_gettime(CLOCK_MONOTONIC, &steady);
    return steady.tv_sec > deadline->tv_sec
           || (steady.tv_sec == deadline->tv_sec && steady.tv_nsec >= deadline->tv_nsec);
}

/* A function of pthread that gives its error and may be called again after it timed out too early. */
#define CLOCK_LOCK(symbol, old)                                                        \
    int old(void *lock, const struct timespec *deadline);                              \
    COMPAT int symbol(void *lock, int clock, const struct timespec *deadline)          \
    {                                                                                  \
        int result;                                                                    \
        if (!KNOWN(clock))                                                             \
            return EINVAL;                                                             \
        if (clock == CLOCK_REALTIME)                                                   \
            return old(lock, deadline);                                                \
        do {                                                                           \
            struct timespec wall = on_wall_clock(deadline);                            \
            result = old(lock, &wall);                                                 \
        } while (result == ETIMEDOUT && !has_passed(deadline));                        \
        return result;                                                                 \
    }
