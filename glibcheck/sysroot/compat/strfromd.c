/* strfromd: a double as text; since glibc 2.25. */
#include "_strfrom.h"

STRFROM(strfromd, double, 'l', double)
