/* tss_create: pthread_key_create; since glibc 2.34 (2.28 in libpthread). */
#include "_threads.h"

BY(tss_create, pthread_key_create, (unsigned int *key, void (*destructor)(void *)),
   (unsigned int *key, void (*destructor)(void *)), key, destructor)
