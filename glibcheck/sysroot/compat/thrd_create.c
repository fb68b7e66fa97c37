/* thrd_create: pthread_create for a function that returns a number; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

int pthread_create(unsigned long *thread, const void *attributes, void *(*routine)(void *), void *argument);

/* What a thread of C11 does and with what; on the heap, because thrd_create may return before the thread looks. */
struct work {
    int (*routine)(void *);
    void *argument;
};

static void *run(void *given)
{
    struct work work = *(struct work *)given;
    free(given);
    return (void *)(intptr_t)work.routine(work.argument);
}

COMPAT int thrd_create(unsigned long *thread, int (*routine)(void *), void *argument)
{
    struct work *work = malloc(sizeof *work);
    if (work == NULL)
        return thrd_nomem;
    *work = (struct work){routine, argument};
    int error = pthread_create(thread, NULL, run, work);
    if (error != 0)
        free(work);
    /* pthread_create says EAGAIN for want of memory, too. */
    return error == EAGAIN ? thrd_nomem : thrd_code(error);
}
