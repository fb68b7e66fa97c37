/* sigabbrev_np: the name of a signal, as "HUP"; NULL for a number that none has. Since glibc 2.32. */
#include "_signals.h"

COMPAT const char *sigabbrev_np(int asked)
{
    switch (asked) {
#define X(number, name, description)                \
    case number:                                    \
        return name;
        SIGNALS
    default:
        return NULL;
    }
}
