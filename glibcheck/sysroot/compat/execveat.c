/* execveat: execute a program, relative to a folder; the system call. Since glibc 2.34. */
#include "_syscall.h"

CALL(int, execveat, (int folder, const char *path, char *const arguments[], char *const environment[], int flags),
     __NR_execveat, folder, path, arguments, environment, flags)
