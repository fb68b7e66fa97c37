/* mallinfo2: how much memory malloc holds; since glibc 2.33. Made of mallinfo, which counts with 32 bits.
 *
 * Each number is right up to 4 GiB, and then begins at 0 again.
 */
#include "_glibc.h"

struct mallinfo {
    int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};

struct mallinfo2 {
    size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};

struct mallinfo mallinfo(void);

COMPAT struct mallinfo2 mallinfo2(void)
{
    struct mallinfo old = mallinfo();
    return (struct mallinfo2){
        (unsigned)old.arena,    (unsigned)old.ordblks,  (unsigned)old.smblks,   (unsigned)old.hblks,
        (unsigned)old.hblkhd,   (unsigned)old.usmblks,  (unsigned)old.fsmblks,  (unsigned)old.uordblks,
        (unsigned)old.fordblks, (unsigned)old.keepcost,
    };
}
