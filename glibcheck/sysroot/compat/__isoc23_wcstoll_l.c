/* __isoc23_wcstoll_l: wcstoll_l with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_wcstoll_l
#define OLD wcstoll_l
#define OLD_UNSIGNED wcstoull_l
#define TYPE long long
#define SIGNED 1
#define WIDE
#define LOCALE
#include "_isoc23_number.h"
