/* mtx_trylock: pthread_mutex_trylock; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(mtx_trylock, pthread_mutex_trylock, (void *object), (void *object), object)
