/* thrd_equal: whether two threads are the same; since glibc 2.28. */
#include "_threads.h"

COMPAT int thrd_equal(unsigned long one, unsigned long other)
{
    return one == other;
}
