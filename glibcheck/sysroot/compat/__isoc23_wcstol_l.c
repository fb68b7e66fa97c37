/* __isoc23_wcstol_l: wcstol_l with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_wcstol_l
#define OLD wcstol_l
#define OLD_UNSIGNED wcstoul_l
#define TYPE long
#define SIGNED 1
#define WIDE
#define LOCALE
#include "_isoc23_number.h"
