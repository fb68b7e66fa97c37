/* __isoc23_strtoull: strtoull with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_strtoull
#define OLD strtoull
#define OLD_UNSIGNED strtoull
#define TYPE long long
#define SIGNED 0
#include "_isoc23_number.h"
