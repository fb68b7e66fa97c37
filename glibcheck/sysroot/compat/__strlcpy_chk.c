/* __strlcpy_chk: strlcpy that ends the process when the object is smaller than it was told; since glibc 2.38. */
#include "_text.h"

CHECKED(__strlcpy_chk, strlcpy)
