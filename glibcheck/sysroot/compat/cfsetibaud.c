/* cfsetibaud: set the input speed of a terminal by its number; since glibc 2.42. */
#include "_baud.h"

SET(cfsetibaud, cfsetispeed(terminal, code))
