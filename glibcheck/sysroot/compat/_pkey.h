/* The register of protection keys, two bits a key: no access, no writing. x86 has it; elsewhere the functions answer
 * ENOSYS, as glibc's did until the machine got such keys.
 */
#pragma once
#include "_glibc.h"

#if defined __x86_64__ || defined __i386__
#define HAVE_KEYS 1
static inline unsigned int read_register(void)
{
    unsigned int value;
    __asm__ __volatile__(".byte 0x0f, 0x01, 0xee" : "=a"(value) : "c"(0) : "edx"); /* rdpkru */
    return value;
}

static inline void write_register(unsigned int value)
{
    __asm__ __volatile__(".byte 0x0f, 0x01, 0xef" : : "a"(value), "c"(0), "d"(0)); /* wrpkru */
}
#else
#define HAVE_KEYS 0
#define read_register() 0u
#define write_register(value) ((void)(value))
#endif
