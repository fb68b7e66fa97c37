/* __isoc23_wcstol: wcstol with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_wcstol
#define OLD wcstol
#define OLD_UNSIGNED wcstoul
#define TYPE long
#define SIGNED 1
#define WIDE
#include "_isoc23_number.h"
