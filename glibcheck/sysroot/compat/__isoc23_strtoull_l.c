/* __isoc23_strtoull_l: strtoull_l with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_strtoull_l
#define OLD strtoull_l
#define OLD_UNSIGNED strtoull_l
#define TYPE long long
#define SIGNED 0
#define LOCALE
#include "_isoc23_number.h"
