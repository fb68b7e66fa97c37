/* __isoc23_wcstoumax: wcstoumax with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_wcstoumax
#define OLD wcstoumax
#define OLD_UNSIGNED wcstoumax
#define TYPE __INTMAX_TYPE__
#define SIGNED 0
#define WIDE
#include "_isoc23_number.h"
