/* fesetmode: restore how numbers are rounded and which exceptions trap, not the flags; since glibc 2.25. */
#include "_environment.h"

#define DEFAULT_MODE ((const mode_type *)-1L)

COMPAT int fesetmode(const mode_type *mode)
{
#ifdef __x86_64__
    unsigned short control = mode == DEFAULT_MODE ? 0x037f : mode->control;
    unsigned int chosen = mode == DEFAULT_MODE ? 0x1f80 : mode->mxcsr & ~0x3fu;
    unsigned int mxcsr;
    __asm__ __volatile__("stmxcsr %0" : "=m"(mxcsr));
    mxcsr = (mxcsr & 0x3fu) | chosen;
    __asm__ __volatile__("fldcw %0\n\tldmxcsr %1" : : "m"(control), "m"(mxcsr));
#else
    uint64_t fpcr, reserved = 0xfe0fe0f8u;
    __asm__ __volatile__("mrs %0, fpcr" : "=r"(fpcr));
    fpcr = (fpcr & reserved) | (mode == DEFAULT_MODE ? 0 : *mode & ~reserved);
    __asm__ __volatile__("msr fpcr, %0" : : "r"(fpcr));
#endif
    return 0;
}
