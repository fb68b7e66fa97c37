/* __wcslcpy_chk: wcslcpy that ends the process when the object is smaller than it was told; since glibc 2.38. */
#define WIDE
#include "_text.h"

CHECKED(__wcslcpy_chk, wcslcpy)
