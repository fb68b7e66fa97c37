/* arc4random: a random number of 32 bits; since glibc 2.36. Made of arc4random_buf. */
#include "_glibc.h"

void arc4random_buf(void *buffer, size_t size);

COMPAT uint32_t arc4random(void)
{
    uint32_t number;
    arc4random_buf(&number, sizeof number);
    return number;
}
