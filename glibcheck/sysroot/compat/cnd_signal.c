/* cnd_signal: pthread_cond_signal; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(cnd_signal, pthread_cond_signal, (void *object), (void *object), object)
