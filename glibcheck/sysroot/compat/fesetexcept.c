/* fesetexcept: set exception flags without raising the exceptions; since glibc 2.25. */
#include "_environment.h"

COMPAT int fesetexcept(int exceptions)
{
    exceptions &= ALL_EXCEPTIONS;
#ifdef __x86_64__
    unsigned int mxcsr;
    __asm__ __volatile__("stmxcsr %0" : "=m"(mxcsr));
    mxcsr |= (unsigned int)exceptions;
    __asm__ __volatile__("ldmxcsr %0" : : "m"(mxcsr));
#else
    uint64_t fpsr;
    __asm__ __volatile__("mrs %0, fpsr" : "=r"(fpsr));
    fpsr |= (uint64_t)exceptions;
    __asm__ __volatile__("msr fpsr, %0" : : "r"(fpsr));
#endif
    return 0;
}
