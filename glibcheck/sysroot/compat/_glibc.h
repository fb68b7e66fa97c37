/* What every member may use of the C library, declared by hand.
 *
 * No header of the C library is read: it would be the host's, and could redirect a name to a newer one. The functions
 * declared here are in glibc 2.17 and older (or are members themselves, under their public name). COMPAT hides a
 * definition, so that a shared library never offers it to others.
 */
#ifndef GLIBCHECK_GLIBC_H
#define GLIBCHECK_GLIBC_H

#include <stdarg.h>
#include <stddef.h>

#define HIDDEN __attribute__((visibility("hidden")))

/* What a member learns of another one in the same run of the compiler (which registers it leaves alone) need not hold
   for the function that the linker finds under its name. */
#if defined __has_attribute
#if __has_attribute(noipa)
#define COMPAT __attribute__((visibility("hidden"), noipa))
#endif
#endif
#ifndef COMPAT
#define COMPAT __attribute__((visibility("hidden"), noinline))
#endif

/* <stdint.h> would be that of the C library. */
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTPTR_TYPE__ ssize_t;
typedef struct FILE FILE;

struct timespec {
    long tv_sec;
    long tv_nsec;
};

int *__errno_location(void) __attribute__((const));
#define errno (*__errno_location())
#define EINTR 4
#define EIO 5
#define EAGAIN 11
#define ENOMEM 12
#define EBUSY 16
#define EINVAL 22
#define EDOM 33
#define ERANGE 34
#define ENOSYS 38
#define EILSEQ 84
#define ENOTSUP 95
#define ETIMEDOUT 110

#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1

long syscall(long number, ...);
void abort(void) __attribute__((noreturn));
void __chk_fail(void) __attribute__((noreturn));

void *malloc(size_t size);
void *realloc(void *block, size_t size);
void free(void *block);

void *memset(void *block, int byte, size_t size);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t most);

#endif
