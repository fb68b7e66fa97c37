/* __isoc23_wcstoll: wcstoll with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_wcstoll
#define OLD wcstoll
#define OLD_UNSIGNED wcstoull
#define TYPE long long
#define SIGNED 1
#define WIDE
#include "_isoc23_number.h"
