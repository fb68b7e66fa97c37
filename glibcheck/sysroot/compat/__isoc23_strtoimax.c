/* __isoc23_strtoimax: strtoimax with C23's binary prefix; since glibc 2.38. */
#define NAME __isoc23_strtoimax
#define OLD strtoimax
#define OLD_UNSIGNED strtoumax
#define TYPE __INTMAX_TYPE__
#define SIGNED 1
#include "_isoc23_number.h"
