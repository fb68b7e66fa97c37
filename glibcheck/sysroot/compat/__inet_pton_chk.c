/* __inet_pton_chk: inet_pton that ends the process when the address does not fit the object; since glibc 2.42. */
#include "_glibc.h"

#define AF_INET 2
#define AF_INET6 10

int inet_pton(int family, const char *text, void *address);

COMPAT int __inet_pton_chk(int family, const char *text, void *address, size_t room)
{
    if ((family == AF_INET && room < 4) || (family == AF_INET6 && room < 16))
        __chk_fail();
    return inet_pton(family, text, address);
}
