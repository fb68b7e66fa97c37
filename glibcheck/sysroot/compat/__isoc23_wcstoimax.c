/* __isoc23_wcstoimax: wcstoimax with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_wcstoimax
#define OLD wcstoimax
#define OLD_UNSIGNED wcstoumax
#define TYPE __INTMAX_TYPE__
#define SIGNED 1
#define WIDE
#include "_isoc23_number.h"
