/* wcslcat: append wide text within a given room; since glibc 2.38. */
#define WIDE
#include "_text.h"

LCAT(wcslcat, wcslcpy)
