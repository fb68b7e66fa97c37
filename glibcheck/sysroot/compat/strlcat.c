/* strlcat: append text within a given room; since glibc 2.38. */
#include "_text.h"

LCAT(strlcat, strlcpy)
