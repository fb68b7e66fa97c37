/* __libc_single_threaded: 0, "there may be threads"; since glibc 2.32, where it is 1 until the first thread starts.
 *
 * C++ headers read it to leave out atomic instructions. 0 is always safe: reference counts stay atomic.
 */
#include "_glibc.h"

HIDDEN char __libc_single_threaded = 0;
