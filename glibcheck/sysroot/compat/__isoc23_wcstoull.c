/* __isoc23_wcstoull: wcstoull with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_wcstoull
#define OLD wcstoull
#define OLD_UNSIGNED wcstoull
#define TYPE long long
#define SIGNED 0
#define WIDE
#include "_isoc23_number.h"
