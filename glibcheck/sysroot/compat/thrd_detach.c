/* thrd_detach: pthread_detach; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(thrd_detach, pthread_detach, (unsigned long thread), (unsigned long thread), thread)
