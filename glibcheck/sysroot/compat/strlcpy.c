/* strlcpy: copy text into a given room; since glibc 2.38. */
#include "_text.h"

LCPY(strlcpy)
