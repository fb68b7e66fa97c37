/* explicit_bzero: set memory to 0 even where nobody reads it afterwards; since glibc 2.25. */
#include "_glibc.h"

COMPAT void explicit_bzero(void *block, size_t size)
{
    memset(block, 0, size);
    __asm__ __volatile__("" : : "r"(block) : "memory"); /* so the compiler must think that it is read */
}
