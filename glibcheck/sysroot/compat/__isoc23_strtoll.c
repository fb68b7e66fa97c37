/* __isoc23_strtoll: strtoll with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_strtoll
#define OLD strtoll
#define OLD_UNSIGNED strtoull
#define TYPE long long
#define SIGNED 1
#include "_isoc23_number.h"
