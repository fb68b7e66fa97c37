/* tss_set: pthread_setspecific; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(tss_set, pthread_setspecific, (unsigned int key, void *value), (unsigned int key, const void *value), key, value)
