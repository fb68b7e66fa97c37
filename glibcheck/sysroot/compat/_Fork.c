/* _Fork: fork; since glibc 2.34.
 *
 * It runs the handlers of pthread_atfork, which the real one leaves out, and is as safe in a signal handler as fork is
 * on the target: what the C library notes of a thread can only be put right by its own fork.
 */
#include "_glibc.h"

int fork(void);

COMPAT int _Fork(void)
{
    return fork();
}
