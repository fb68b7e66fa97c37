/* strfroml: a long double as text; since glibc 2.25. */
#include "_strfrom.h"

STRFROM(strfroml, long double, 'L', long double)
