/* preadv2 and pwritev2: preadv and pwritev with flags, where offset -1 means the file's own position; since 2.26.
 *
 * On a kernel without them (before 4.6) the older functions do the work, and every flag is refused with ENOTSUP.
 * The kernel takes the offset in two words on every machine; on 64-bit ones the second shifts itself away.
 */
#pragma once
#include "_syscall.h"

#define VECTORS(symbol, offset_type, number, at_offset, at_position)                           \
    ssize_t at_offset(int file, const void *vector, int count, offset_type offset);            \
    ssize_t at_position(int file, const void *vector, int count);                              \
    COMPAT ssize_t symbol(int file, const void *vector, int count, offset_type offset, int flags) \
    {                                                                                          \
        int64_t wide = offset;                                                                 \
        ssize_t result = syscall(number, file, vector, (long)count, (long)wide, (long)(wide >> 32), flags); \
        if (result != -1 || errno != ENOSYS)                                                   \
            return result;                                                                     \
        if (flags != 0) {                                                                      \
            errno = ENOTSUP;                                                                   \
            return -1;                                                                         \
        }                                                                                      \
        if (offset == -1)                                                                      \
            return at_position(file, vector, count);                                           \
        return at_offset(file, vector, count, offset);                                         \
    }
