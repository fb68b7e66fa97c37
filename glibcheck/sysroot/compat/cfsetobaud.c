/* cfsetobaud: set the output speed of a terminal by its number; since glibc 2.42. */
#include "_baud.h"

SET(cfsetobaud, cfsetospeed(terminal, code))
