/* cnd_broadcast: pthread_cond_broadcast; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(cnd_broadcast, pthread_cond_broadcast, (void *object), (void *object), object)
