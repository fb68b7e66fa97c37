/* __isoc23_strtoll_l: strtoll_l with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_strtoll_l
#define OLD strtoll_l
#define OLD_UNSIGNED strtoull_l
#define TYPE long long
#define SIGNED 1
#define LOCALE
#include "_isoc23_number.h"
