/* memalignment: the largest power of two that divides an address, 0 for a null pointer; since glibc 2.43. */
#include "_glibc.h"

COMPAT size_t memalignment(const void *address)
{
    return (uintptr_t)address & -(uintptr_t)address;
}
