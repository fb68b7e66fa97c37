/* Functions that are meant in an older form than a link gets by their name alone: by the version that they have on the
 * machine. EARLY and LATER are two, because i686 had some of the resolver's functions before the others.
 */
#pragma once
#include "_glibc.h"

#if defined __x86_64__
#define EARLY "GLIBC_2.2.5"
#define LATER "GLIBC_2.2.5"
#elif defined __i386__
#define EARLY "GLIBC_2.0"
#define LATER "GLIBC_2.2"
#elif defined __arm__
#define EARLY "GLIBC_2.4"
#define LATER "GLIBC_2.4"
#elif defined __s390x__
#define EARLY "GLIBC_2.2"
#define LATER "GLIBC_2.2"
#elif defined __riscv
#define EARLY "GLIBC_2.27"
#define LATER "GLIBC_2.27"
#elif defined __loongarch__
#define EARLY "GLIBC_2.36"
#define LATER "GLIBC_2.36"
#else
#define EARLY "GLIBC_2.17"
#define LATER "GLIBC_2.17"
#endif

#define IN_VERSION(name, version) __asm__(".symver " #name "," #name "@" version)
