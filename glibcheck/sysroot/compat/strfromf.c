/* strfromf: a float as text; since glibc 2.25. */
#include "_strfrom.h"

STRFROM(strfromf, float, 'l', double)
