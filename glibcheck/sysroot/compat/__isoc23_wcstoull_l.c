/* __isoc23_wcstoull_l: wcstoull_l with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_wcstoull_l
#define OLD wcstoull_l
#define OLD_UNSIGNED wcstoull_l
#define TYPE long long
#define SIGNED 0
#define WIDE
#define LOCALE
#include "_isoc23_number.h"
