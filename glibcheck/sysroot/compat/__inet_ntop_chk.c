/* __inet_ntop_chk: inet_ntop that ends the process when the object is smaller than it was told; since glibc 2.42. */
#include "_glibc.h"

const char *inet_ntop(int family, const void *address, char *out, unsigned int size);

COMPAT const char *__inet_ntop_chk(int family, const void *address, char *out, unsigned int size, size_t room)
{
    if (size > room)
        __chk_fail();
    return inet_ntop(family, address, out, size);
}
