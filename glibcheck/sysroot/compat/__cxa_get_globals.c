/* __cxa_get_globals: what the C++ runtime keeps of the exceptions of a thread, under a pthread key (C++ ABI 2.2.2).
 *
 * Not a function of glibc: it takes the place of libstdc++'s own, which keeps it in thread-local storage, in a private
 * C++ runtime for a glibc before 2.21 (see glibcheck.sysroot.private). libstdc++ itself did so where compilers had no
 * thread-local storage. It differs in that a thread's memory is freed when the thread ends, and not found any more by
 * destructors of other pthread keys that run after this one's.
 */
#include "_glibc.h"

struct globals {
    void *caught;
    unsigned int uncaught;
    void *propagating; /* of the ARM ABI alone */
};

int pthread_key_create(unsigned int *key, void (*destroy)(void *));
int pthread_once(int *once, void (*function)(void));
void *pthread_getspecific(unsigned int key);
int pthread_setspecific(unsigned int key, const void *value);
void *calloc(size_t count, size_t size);

static unsigned int key;
static int once;
static int made;

static void make_key(void) { made = pthread_key_create(&key, free) == 0; }

COMPAT struct globals *__cxa_get_globals(void)
{
    pthread_once(&once, make_key);
    struct globals *found = made ? pthread_getspecific(key) : 0;
    if (!found) {
        found = calloc(1, sizeof *found);
        /* As libstdc++ does it: without memory for this, nothing can be thrown. */
        if (!found || !made || pthread_setspecific(key, found) != 0)
            abort();
    }
    return found;
}

COMPAT struct globals *__cxa_get_globals_fast(void) { return __cxa_get_globals(); }
