/* sigdescr_np: what a signal means, in English; NULL for a number that none has. Since glibc 2.32. */
#include "_signals.h"

COMPAT const char *sigdescr_np(int asked)
{
    switch (asked) {
#define X(number, name, description)                \
    case number:                                    \
        return description;
        SIGNALS
    default:
        return NULL;
    }
}
