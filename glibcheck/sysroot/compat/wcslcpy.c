/* wcslcpy: copy wide text into a given room; since glibc 2.38. */
#define WIDE
#include "_text.h"

LCPY(wcslcpy)
