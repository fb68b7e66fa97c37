/* The stat family: until 2.32 each function is `__xstat`, `__fxstat`, ... with a number for the layout of struct stat.
 *
 * Only the number of the layout in today's headers is right, and it is the machine's own. It never changed since 2.17:
 * what changed in 2.33 is only that `stat` became a function.
 */
#pragma once
#include "_glibc.h"

#if defined __i386__ || defined __arm__
#define STAT_VERSION 3
#elif defined __x86_64__ || defined __powerpc64__ || defined __s390x__
#define STAT_VERSION 1
#else
#define STAT_VERSION 0
#endif

int __xstat(int version, const char *path, void *result);
int __xstat64(int version, const char *path, void *result);
int __lxstat(int version, const char *path, void *result);
int __lxstat64(int version, const char *path, void *result);
int __fxstat(int version, int file, void *result);
int __fxstat64(int version, int file, void *result);
int __fxstatat(int version, int folder, const char *path, void *result, int flags);
int __fxstatat64(int version, int folder, const char *path, void *result, int flags);
