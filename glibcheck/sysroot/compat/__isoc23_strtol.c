/* __isoc23_strtol: strtol with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_strtol
#define OLD strtol
#define OLD_UNSIGNED strtoul
#define TYPE long
#define SIGNED 1
#include "_isoc23_number.h"
