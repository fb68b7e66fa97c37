/* __isoc23_strtoul_l: strtoul_l with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_strtoul_l
#define OLD strtoul_l
#define OLD_UNSIGNED strtoul_l
#define TYPE long
#define SIGNED 0
#define LOCALE
#include "_isoc23_number.h"
