/* __isoc23_strtoul: strtoul with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_strtoul
#define OLD strtoul
#define OLD_UNSIGNED strtoul
#define TYPE long
#define SIGNED 0
#include "_isoc23_number.h"
