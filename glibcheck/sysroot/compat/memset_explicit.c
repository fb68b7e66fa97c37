/* memset_explicit: set memory even where nobody reads it afterwards; since glibc 2.43. */
#include "_glibc.h"

COMPAT void *memset_explicit(void *block, int byte, size_t size)
{
    memset(block, byte, size);
    __asm__ __volatile__("" : : "r"(block) : "memory"); /* so the compiler must think that it is read */
    return block;
}
