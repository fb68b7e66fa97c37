/* __isoc23_strtoumax: strtoumax with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_strtoumax
#define OLD strtoumax
#define OLD_UNSIGNED strtoumax
#define TYPE __INTMAX_TYPE__
#define SIGNED 0
#include "_isoc23_number.h"
