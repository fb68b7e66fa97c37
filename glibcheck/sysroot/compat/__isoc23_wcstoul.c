/* __isoc23_wcstoul: wcstoul with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_wcstoul
#define OLD wcstoul
#define OLD_UNSIGNED wcstoul
#define TYPE long
#define SIGNED 0
#define WIDE
#include "_isoc23_number.h"
