/* __libc_start_main: starts a program on a glibc before 2.34, whose own version leaves the constructors to the program.
 *
 * Until 2.34 crt1.o passed a function of libc_nonshared.a that runs them. The crt1.o of newer releases passes none, for
 * __libc_start_main@GLIBC_2.34 does it itself; with the older version, which this one calls, no constructor would run.
 * It differs from the old function of libc_nonshared.a in nothing but its name.
 */
#include "_glibc.h"

typedef void function(void);
typedef void constructor(int count, char **words, char **environment);

extern constructor *__preinit_array_start[] __attribute__((visibility("hidden")));
extern constructor *__preinit_array_end[] __attribute__((visibility("hidden")));
extern constructor *__init_array_start[] __attribute__((visibility("hidden")));
extern constructor *__init_array_end[] __attribute__((visibility("hidden")));
extern function *__fini_array_start[] __attribute__((visibility("hidden")));
extern function *__fini_array_end[] __attribute__((visibility("hidden")));
/* Machines that came later have no .init section to call. */
extern function _init __attribute__((visibility("hidden"), weak));
extern function _fini __attribute__((visibility("hidden"), weak));

static void start(int count, char **words, char **environment)
{
    for (constructor **next = __preinit_array_start; next < __preinit_array_end; next++)
        (*next)(count, words, environment);
    if (_init)
        _init();
    for (constructor **next = __init_array_start; next < __init_array_end; next++)
        (*next)(count, words, environment);
}

static void finish(void)
{
    for (function **next = __fini_array_end; next-- > __fini_array_start;)
        (*next)();
    if (_fini)
        _fini();
}

#define QUOTED(text) #text
#define VERSION(number) QUOTED(number)
#if defined(__x86_64__)
#define FIRST GLIBC_2.2.5
#elif defined(__i386__)
#define FIRST GLIBC_2.0
#elif defined(__aarch64__) || defined(__powerpc64__)
#define FIRST GLIBC_2.17
#elif defined(__arm__)
#define FIRST GLIBC_2.4
#elif defined(__s390x__)
#define FIRST GLIBC_2.2
#elif defined(__riscv)
#define FIRST GLIBC_2.27
#else
#error "no glibc before 2.34 has this machine"
#endif
__asm__(".symver __glibcheck_start_main, __libc_start_main@" VERSION(FIRST));

#if defined(__powerpc64__)
/* Where main and the two functions are is in a record that crt1.o has, in read-only memory. */
struct startup {
    void *unused;
    int (*main)(int, char **, char **);
    constructor *init;
    function *fini;
};

int __glibcheck_start_main(
    int count, char **words, char **environment, void *auxiliary, function *finish_loader, struct startup *how,
    char **stack
);

COMPAT int __libc_start_main(
    int count, char **words, char **environment, void *auxiliary, function *finish_loader, struct startup *how,
    char **stack
)
{
    struct startup ours = {how->unused, how->main, start, finish};
    return __glibcheck_start_main(count, words, environment, auxiliary, finish_loader, &ours, stack);
}
#else
int __glibcheck_start_main(
    int (*main)(int, char **, char **), int count, char **words, constructor *init, function *fini,
    function *finish_loader, void *stack
);

COMPAT int __libc_start_main(
    int (*main)(int, char **, char **), int count, char **words, constructor *init, function *fini,
    function *finish_loader, void *stack
)
{
    (void)init;
    (void)fini;
    return __glibcheck_start_main(main, count, words, start, finish, finish_loader, stack);
}
#endif
