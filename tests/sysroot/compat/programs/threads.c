/* Waits with a clock of choice, and the threads of C11: real threads, real time. */
#include "compare.h"

#include <pthread.h>
#include <semaphore.h>
#include <threads.h>
#include <time.h>

OURS(pthread_cond_clockwait);
OURS(pthread_mutex_clocklock);
OURS(pthread_rwlock_clockrdlock);
OURS(pthread_rwlock_clockwrlock);
OURS(pthread_clockjoin_np);
OURS(sem_clockwait);
OURS(call_once);
OURS(cnd_broadcast);
OURS(cnd_destroy);
OURS(cnd_init);
OURS(cnd_signal);
OURS(cnd_timedwait);
OURS(cnd_wait);
OURS(mtx_destroy);
OURS(mtx_init);
OURS(mtx_lock);
OURS(mtx_timedlock);
OURS(mtx_trylock);
OURS(mtx_unlock);
OURS(thrd_create);
OURS(thrd_current);
OURS(thrd_detach);
OURS(thrd_equal);
OURS(thrd_exit);
OURS(thrd_join);
OURS(thrd_sleep);
OURS(thrd_yield);
OURS(tss_create);
OURS(tss_delete);
OURS(tss_get);
OURS(tss_set);
extern char compat___libc_single_threaded;

static double now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static struct timespec after(clockid_t clock, double seconds)
{
    struct timespec time;
    clock_gettime(clock, &time);
    long nanoseconds = time.tv_nsec + (long)(seconds * 1e9);
    time.tv_sec += nanoseconds >= 0 ? nanoseconds / 1000000000 : -((999999999 - nanoseconds) / 1000000000);
    time.tv_nsec = ((nanoseconds % 1000000000) + 1000000000) % 1000000000;
    return time;
}

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t held_to_write = PTHREAD_RWLOCK_INITIALIZER;
static sem_t empty, release;

/* Another thread holds both locks, until it is let go. */
static void *holder(void *unused)
{
    pthread_mutex_lock(&held);
    pthread_rwlock_wrlock(&held_to_write);
    sem_post(&empty);
    sem_wait(&release);
    pthread_rwlock_unlock(&held_to_write);
    pthread_mutex_unlock(&held);
    return unused;
}

/* A wait that times out: the same result, not before its time, and not long after. */
#define WAIT(name, call, real) WAIT_WITH(name, 3, call, real)
#define WAIT_WITH(name, bad_times, call, real)                                                                                     \
    do {                                                                                                           \
        for (int i = 0; i < 4; ++i) {                                                                              \
            clockid_t clock = i < 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME;                                            \
            double length = i % 2 ? 0.06 : -5.5;                                                                   \
            struct timespec deadline = after(clock, length);                                                       \
            double start = now(CLOCK_MONOTONIC);                                                                   \
            errno = 0;                                                                                             \
            int a = call, a_error = errno;                                                                         \
            double took = now(CLOCK_MONOTONIC) - start;                                                            \
            deadline = after(clock, length < 0 ? length : 0);                                                      \
            errno = 0;                                                                                             \
            int b = real;                                                                                          \
            SAME(name, a == b && a_error == errno, "%d (errno %d) for %d (errno %d), clock %d", a, a_error, b, errno, clock); \
            SAME(name, took >= length - 0.0001 && took < 2 + (length > 0 ? length : 0), "%f s for %f s, clock %d", took, length, clock); \
        }                                                                                                          \
        int clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_PROCESS_CPUTIME_ID, -1, 99};                        \
        long nanoseconds[] = {0, -1, 1000000000};                                                                  \
        for (int i = 0; i < 5; ++i)                                                                                \
            for (int j = 0; j < bad_times; ++j) {                                                                  \
                clockid_t clock = clocks[i];                                                                       \
                struct timespec deadline = {1, nanoseconds[j]};                                                    \
                errno = 0;                                                                                         \
                int a = call, a_error = errno;                                                                     \
                errno = 0;                                                                                         \
                int b = real;                                                                                      \
                SAME(name, a == b && a_error == errno, "%d (errno %d) for %d (errno %d), clock %d, nanoseconds %ld", a, a_error, b, errno, clock, nanoseconds[j]); \
            }                                                                                                      \
    } while (0)

static void *sleeper(void *unused)
{
    sem_wait(&release);
    return unused;
}

static void waits(void)
{
    pthread_t thread, asleep;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    sem_init(&empty, 0, 0);
    sem_init(&release, 0, 0);
    pthread_create(&thread, NULL, holder, NULL);
    sem_wait(&empty);
    pthread_create(&asleep, NULL, sleeper, &mutex);
    WAIT("pthread_mutex_clocklock", compat_pthread_mutex_clocklock(&held, clock, &deadline), pthread_mutex_clocklock(&held, clock, &deadline));
    WAIT("pthread_rwlock_clockrdlock", compat_pthread_rwlock_clockrdlock(&held_to_write, clock, &deadline), pthread_rwlock_clockrdlock(&held_to_write, clock, &deadline));
    WAIT("pthread_rwlock_clockwrlock", compat_pthread_rwlock_clockwrlock(&held_to_write, clock, &deadline), pthread_rwlock_clockwrlock(&held_to_write, clock, &deadline));
    WAIT("sem_clockwait", compat_sem_clockwait(&empty, clock, &deadline), sem_clockwait(&empty, clock, &deadline));
    /* With impossible nanoseconds the real one never comes back: it asks again for ever. */
    WAIT_WITH("pthread_clockjoin_np", 1, compat_pthread_clockjoin_np(asleep, NULL, clock, &deadline), pthread_clockjoin_np(asleep, NULL, clock, &deadline));
    pthread_mutex_lock(&mutex);
    WAIT("pthread_cond_clockwait", compat_pthread_cond_clockwait(&condition, &mutex, clock, &deadline), pthread_cond_clockwait(&condition, &mutex, clock, &deadline));
    SAME("pthread_cond_clockwait", pthread_mutex_trylock(&mutex) == EBUSY, "the mutex is not held");
    pthread_mutex_unlock(&mutex);
    /* Let both go: one comes back with what it was given. */
    sem_post(&release);
    sem_post(&release);
    struct timespec deadline = after(CLOCK_MONOTONIC, 20);
    void *value = NULL;
    SAME("pthread_clockjoin_np", compat_pthread_clockjoin_np(asleep, &value, CLOCK_MONOTONIC, &deadline) == 0 && value == &mutex, "the value");
    SAME("pthread_mutex_clocklock", compat_pthread_mutex_clocklock(&held, CLOCK_MONOTONIC, &deadline) == 0, "a lock that comes free");
    SAME("pthread_rwlock_clockrdlock", compat_pthread_rwlock_clockrdlock(&held_to_write, CLOCK_MONOTONIC, &deadline) == 0, "a lock that comes free");
    SAME("pthread_mutex_clocklock", pthread_mutex_trylock(&held) == EBUSY, "is held now");
    pthread_rwlock_unlock(&held_to_write);
    SAME("pthread_rwlock_clockwrlock", compat_pthread_rwlock_clockwrlock(&held_to_write, CLOCK_REALTIME, &deadline) == 0, "a free lock");
    SAME("pthread_rwlock_clockwrlock", pthread_rwlock_tryrdlock(&held_to_write) == EBUSY, "is held now");
    sem_post(&empty);
    SAME("sem_clockwait", compat_sem_clockwait(&empty, CLOCK_MONOTONIC, &deadline) == 0 && sem_trywait(&empty) == -1, "a semaphore that is up");
    pthread_create(&asleep, NULL, sleeper, &value);
    sem_post(&release);
    SAME("pthread_clockjoin_np", compat_pthread_clockjoin_np(asleep, &value, CLOCK_MONOTONIC, NULL) == 0 && value == &value, "without a deadline");
    pthread_join(thread, NULL);
}

static pthread_cond_t told = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int turns;

static void *signaller(void *unused)
{
    for (int i = 0; i < 200; ++i) {
        pthread_mutex_lock(&guard);
        ++turns;
        pthread_mutex_unlock(&guard);
        pthread_cond_signal(&told);
        if (i % 50 == 0)
            usleep(2000);
    }
    return unused;
}

static void signals(void)
{
    pthread_t thread;
    clockid_t clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME};
    for (int i = 0; i < 2; ++i) {
        struct timespec deadline = after(clocks[i], 20);
        turns = 0;
        pthread_create(&thread, NULL, signaller, NULL);
        pthread_mutex_lock(&guard);
        int result = 0;
        while (turns < 200 && result == 0)
            result = compat_pthread_cond_clockwait(&told, &guard, clocks[i], &deadline);
        pthread_mutex_unlock(&guard);
        SAME("pthread_cond_clockwait", result == 0, "a signal was missed, clock %d", clocks[i]);
        pthread_join(thread, NULL);
    }
}

static once_flag flag = ONCE_FLAG_INIT;
static int calls_once, destroyed;
static mtx_t mutex;
static cnd_t condition;
static tss_t key;
static int ready;

static void once(void)
{
    ++calls_once;
}

static void destroy(void *value)
{
    destroyed += *(int *)value;
}

static int worker(void *given)
{
    static int five = 5;
    compat_call_once(&flag, once);
    compat_tss_set(key, &five);
    compat_mtx_lock(&mutex);
    ++ready;
    compat_cnd_signal(&condition);
    compat_mtx_unlock(&mutex);
    if (*(int *)given == 7)
        compat_thrd_exit(-7);
    return *(int *)given;
}

static int waiter(void *unused)
{
    compat_mtx_lock(&mutex);
    while (ready < 100)
        compat_cnd_wait(&condition, &mutex);
    compat_mtx_unlock(&mutex);
    return unused == NULL ? -1 : 0;
}

static void standard(void)
{
    thrd_t threads[8];
    int numbers[8], value;
    SAME("mtx_init", compat_mtx_init(&mutex, mtx_timed) == thrd_success, "mtx_timed");
    SAME("cnd_init", compat_cnd_init(&condition) == thrd_success, "result");
    SAME("tss_create", compat_tss_create(&key, destroy) == thrd_success, "result");
    SAME("tss_get", compat_tss_get(key) == NULL, "before tss_set");
    compat_mtx_lock(&mutex); /* so that no worker is ready before cnd_wait lets it */
    for (int i = 0; i < 8; ++i) {
        numbers[i] = i;
        SAME("thrd_create", compat_thrd_create(&threads[i], worker, &numbers[i]) == thrd_success, "result");
    }
    while (ready < 8)
        SAME("cnd_wait", compat_cnd_wait(&condition, &mutex) == thrd_success, "result");
    compat_mtx_unlock(&mutex);
    for (int i = 0; i < 8; ++i) {
        SAME("thrd_join", compat_thrd_join(threads[i], &value) == thrd_success && value == (i == 7 ? -7 : i), "%d of thread %d", value, i);
        SAME("thrd_exit", i != 7 || value == -7, "%d", value);
    }
    SAME("call_once", calls_once == 1, "%d calls", calls_once);
    SAME("tss_set", destroyed == 40, "destructors made %d", destroyed);
    SAME("tss_set", compat_tss_set(key, &value) == thrd_success && tss_get(key) == &value && compat_tss_get(key) == &value, "the value");
    compat_tss_delete(key);
    SAME("tss_delete", tss_set(key, &value) == thrd_error && compat_tss_set(key, &value) == thrd_error, "a deleted key");
    for (int i = 0; i < 4; ++i)
        compat_thrd_create(&threads[i], waiter, i % 2 ? &value : NULL);
    SAME("thrd_detach", compat_thrd_detach(threads[3]) == thrd_success, "result");
    usleep(20000);
    compat_mtx_lock(&mutex);
    ready = 100;
    SAME("cnd_broadcast", compat_cnd_broadcast(&condition) == thrd_success, "result");
    compat_mtx_unlock(&mutex);
    for (int i = 0; i < 3; ++i)
        SAME("cnd_broadcast", compat_thrd_join(threads[i], i == 2 ? &value : NULL) == thrd_success, "thread %d", i);
    SAME("thrd_join", value == -1, "%d", value);
    SAME("cnd_signal", compat_cnd_signal(&condition) == cnd_signal(&condition), "result");
}

static void locks(void)
{
    int types[] = {mtx_plain, mtx_recursive, mtx_timed, mtx_timed | mtx_recursive, 4, 99, -1};
    for (int i = 0; i < 7; ++i) {
        mtx_t one, other;
        int a = compat_mtx_init(&one, types[i]), b = mtx_init(&other, types[i]);
        SAME("mtx_init", a == b, "type %d: %d for %d", types[i], a, b);
        if (a != thrd_success || b != thrd_success)
            continue;
        SAME("mtx_lock", compat_mtx_lock(&one) == mtx_lock(&other), "type %d", types[i]);
        a = compat_mtx_trylock(&one), b = mtx_trylock(&other);
        SAME("mtx_trylock", a == b, "type %d: %d for %d", types[i], a, b);
        struct timespec deadline = after(CLOCK_REALTIME, 0.02), bad = {1, -1};
        double start = now(CLOCK_MONOTONIC);
        a = compat_mtx_timedlock(&one, &deadline), b = mtx_timedlock(&other, &deadline);
        SAME("mtx_timedlock", a == b && ((types[i] & mtx_recursive) || now(CLOCK_MONOTONIC) - start > 0.0199), "type %d: %d for %d", types[i], a, b);
        a = compat_mtx_timedlock(&one, &bad), b = mtx_timedlock(&other, &bad);
        SAME("mtx_timedlock", a == b, "type %d: %d for %d", types[i], a, b);
        SAME("mtx_unlock", compat_mtx_unlock(&one) == mtx_unlock(&other), "type %d", types[i]);
        if (types[i] != mtx_recursive && types[i] != (mtx_timed | mtx_recursive)) {
            compat_mtx_destroy(&one);
            SAME("mtx_destroy", compat_mtx_init(&one, mtx_plain) == thrd_success && compat_mtx_trylock(&one) == thrd_success, "made anew");
            compat_cnd_init(&condition);
            struct timespec soon = after(CLOCK_REALTIME, 0.02);
            a = compat_cnd_timedwait(&condition, &one, &soon), b = cnd_timedwait(&condition, &one, &soon);
            SAME("cnd_timedwait", a == b && a == thrd_timedout, "%d for %d", a, b);
            a = compat_cnd_timedwait(&condition, &one, &bad), b = cnd_timedwait(&condition, &one, &bad);
            SAME("cnd_timedwait", a == b, "%d for %d", a, b);
            compat_cnd_destroy(&condition);
            SAME("cnd_destroy", compat_cnd_init(&condition) == thrd_success, "made anew");
        }
    }
}

static void nothing(int signal)
{
    (void)signal;
}

static void sleeps(void)
{
    struct timespec times[] = {{0, 0}, {0, 20000000}, {0, -1}, {-1, 0}, {0, 1000000000}}, left = {0, 0};
    for (int i = 0; i < 5; ++i) {
        double start = now(CLOCK_MONOTONIC);
        int a = compat_thrd_sleep(&times[i], NULL);
        double took = now(CLOCK_MONOTONIC) - start;
        SAME("thrd_sleep", a == thrd_sleep(&times[i], NULL) && (i != 1 || took >= 0.0199), "%d after %f s", a, took);
    }
    struct sigaction action = {.sa_handler = nothing};
    sigaction(SIGALRM, &action, NULL);
    ualarm(20000, 0);
    struct timespec longer = {10, 0};
    SAME("thrd_sleep", compat_thrd_sleep(&longer, &left) == -1 && left.tv_sec == 9, "%ld s left", (long)left.tv_sec);
    compat_thrd_yield();
    SAME("thrd_yield", 1, "-");
    SAME("thrd_current", compat_thrd_current() == thrd_current(), "-");
    SAME("thrd_equal", compat_thrd_equal(thrd_current(), thrd_current()) && !compat_thrd_equal(thrd_current(), 0), "-");
    SAME("__libc_single_threaded", compat___libc_single_threaded == 0, "%d", compat___libc_single_threaded);
}

int main(int argc, char **argv)
{
    block_all(argc, argv);
    waits();
    signals();
    standard();
    locks();
    sleeps();
    return report();
}
