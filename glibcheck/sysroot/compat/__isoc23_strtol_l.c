/* __isoc23_strtol_l: strtol_l with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_strtol_l
#define OLD strtol_l
#define OLD_UNSIGNED strtoul_l
#define TYPE long
#define SIGNED 1
#define LOCALE
#include "_isoc23_number.h"
