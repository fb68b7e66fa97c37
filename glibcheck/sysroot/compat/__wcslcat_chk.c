/* __wcslcat_chk: wcslcat that ends the process when the object is smaller than it was told; since glibc 2.38. */
#define WIDE
#include "_text.h"

CHECKED(__wcslcat_chk, wcslcat)
