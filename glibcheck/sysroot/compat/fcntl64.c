/* fcntl64: fcntl, which glibc 2.28 renamed for programs with 64-bit file offsets.
 *
 * The commands tell the layout of struct flock (F_GETLK64, ...), so one function always served both.
 */
#include "_glibc.h"

int fcntl(int file, int command, ...);

COMPAT int fcntl64(int file, int command, ...)
{
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    return fcntl(file, command, argument);
}
