/* strerrorname_np: the name of an error, as "ENOENT"; NULL for a number that none has. Since glibc 2.32. */
#include "_errors.h"

COMPAT const char *strerrorname_np(int asked)
{
    switch (asked) {
#define X(number, name, description)                \
    case number:                                    \
        return name;
        ERRORS
    default:
        return NULL;
    }
}
