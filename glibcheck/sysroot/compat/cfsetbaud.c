/* cfsetbaud: set both speeds of a terminal by their number; since glibc 2.42. */
#include "_baud.h"

SET(cfsetbaud, cfsetospeed(terminal, code) | cfsetispeed(terminal, code))
