/* cfgetibaud: the input speed of a terminal as a number; since glibc 2.42. */
#include "_baud.h"

GET(cfgetibaud, cfgetispeed)
