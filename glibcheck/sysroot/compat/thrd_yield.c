/* thrd_yield: sched_yield; since glibc 2.28. */
#include "_threads.h"

int sched_yield(void);

COMPAT void thrd_yield(void)
{
    sched_yield();
}
