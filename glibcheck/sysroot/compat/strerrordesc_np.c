/* strerrordesc_np: what an error means, in English; NULL for a number that none has. Since glibc 2.32. */
#include "_errors.h"

COMPAT const char *strerrordesc_np(int asked)
{
    switch (asked) {
#define X(number, name, description)                \
    case number:                                    \
        return description;
        ERRORS
    default:
        return NULL;
    }
}
