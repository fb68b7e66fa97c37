/* tss_create: pthread_key_create; since glibc 2.34. */
#include "_threads.h"

BY(tss_create, pthread_key_create, (unsigned int *key, void (*destructor)(void *)),
   (unsigned int *key, void (*destructor)(void *)), key, destructor)
