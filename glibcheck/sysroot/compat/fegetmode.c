/* fegetmode: save how numbers are rounded and which exceptions trap; since glibc 2.25. */
#include "_environment.h"

COMPAT int fegetmode(mode_type *mode)
{
#ifdef __x86_64__
    mode->reserved = 0;
    __asm__ __volatile__("fnstcw %0\n\tstmxcsr %1" : "=m"(mode->control), "=m"(mode->mxcsr));
#else
    uint64_t fpcr;
    __asm__ __volatile__("mrs %0, fpcr" : "=r"(fpcr));
    *mode = (unsigned int)fpcr;
#endif
    return 0;
}
