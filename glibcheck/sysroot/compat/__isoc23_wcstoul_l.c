/* __isoc23_wcstoul_l: wcstoul_l with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_wcstoul_l
#define OLD wcstoul_l
#define OLD_UNSIGNED wcstoul_l
#define TYPE long
#define SIGNED 0
#define WIDE
#define LOCALE
#include "_isoc23_number.h"
