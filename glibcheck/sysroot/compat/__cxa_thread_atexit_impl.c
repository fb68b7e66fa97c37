/* __cxa_thread_atexit_impl: run a destructor of a thread_local object when its thread ends; since glibc 2.18.
 *
 * A pthread key holds each thread's list; no thread-local variable is used, because the sixteenth module that has one
 * corrupts the heap in glibc before 2.21. The last registered runs first, and one that is registered while they run
 * runs, too. For the thread that calls exit() a handler of __cxa_atexit runs them.
 *
 * Where it differs: the destructors run among those of other pthread keys, not before all of them; at exit() they run
 * when the handler's turn comes, which was registered with the first thread_local object of the library, so static
 * objects that were made after it are destroyed before it. Where glibc keeps a library loaded until the destructors
 * have run, here it is never unloaded again. With all keys of the process in use (1,024) it gives -1, and the
 * destructor will not run.
 */
#include "_elf.h"

#define RTLD_LAZY 1
#define RTLD_NOLOAD 4
#define RTLD_NODELETE 0x1000

void *dlopen(const char *path, int flags);
int pthread_once(int *once, void (*routine)(void));
int pthread_key_create(unsigned int *key, void (*destructor)(void *));
void *pthread_getspecific(unsigned int key);
int pthread_setspecific(unsigned int key, const void *value);
int __cxa_atexit(void (*routine)(void *), void *argument, void *library);
extern void *__dso_handle __attribute__((visibility("hidden")));

struct node {
    void (*destructor)(void *);
    void *object;
    struct node *next;
};

/* What the key holds: a box, so that a list can be empty and still be found while destructors run. */
struct list {
    struct node *last;
};

static unsigned int key;
static int key_failed;
static int once; /* PTHREAD_ONCE_INIT is 0 on every machine */

static void run_all(struct list *list)
{
    while (list->last != NULL) {
        struct node *node = list->last;
        list->last = node->next;
        node->destructor(node->object);
        free(node);
    }
}

static void at_thread_end(void *value)
{
    /* The key was cleared before this call: set it again, for destructors that register others. */
    pthread_setspecific(key, value);
    run_all(value);
    pthread_setspecific(key, NULL);
    free(value);
}

static void at_exit(void *nothing)
{
    struct list *list = pthread_getspecific(key);
    (void)nothing;
    if (list != NULL)
        run_all(list);
}

static void prepare(void)
{
    key_failed = pthread_key_create(&key, at_thread_end);
    if (!key_failed)
        __cxa_atexit(at_exit, NULL, &__dso_handle);
}

static int find_name(struct dl_phdr_info *info, size_t size, void *name)
{
    (void)size;
    if (!object_has(info, &once))
        return 0;
    *(const char **)name = info->dlpi_name;
    return 1;
}

/* Never unload this library: threads that still run will need the code of its destructors.
 *
 * dlopen must not be called from within dl_iterate_phdr (it takes another lock first), nor within pthread_once (a
 * thread whose dlopen runs a constructor of this library would wait for it, holding the lock that dlopen wants).
 */
static void keep_loaded(void)
{
    static int kept;
    const char *name = "";
    if (__atomic_exchange_n(&kept, 1, __ATOMIC_RELAXED))
        return;
    dl_iterate_phdr(find_name, &name);
    if (name[0] != '\0') /* the program itself has no name, and stays anyway */
        dlopen(name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

static struct list *list_of_thread(void)
{
    struct list *list = pthread_getspecific(key);
    if (list != NULL)
        return list;
    list = malloc(sizeof *list);
    if (list == NULL)
        abort();
    list->last = NULL;
    if (pthread_setspecific(key, list) != 0)
        abort();
    return list;
}

COMPAT int __cxa_thread_atexit_impl(void (*destructor)(void *), void *object, void *library)
{
    (void)library;
    pthread_once(&once, prepare);
    if (key_failed)
        return -1;
    keep_loaded();
    struct list *list = list_of_thread();
    struct node *node = malloc(sizeof *node);
    if (node == NULL) /* as in glibc: the language knows no way to say so */
        abort();
    *node = (struct node){destructor, object, list->last};
    list->last = node;
    return 0;
}
