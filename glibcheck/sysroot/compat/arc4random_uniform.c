/* arc4random_uniform: a random number below a bound, each with the same chance; since glibc 2.36. */
#include "_glibc.h"

uint32_t arc4random(void);

COMPAT uint32_t arc4random_uniform(uint32_t bound)
{
    if (bound < 2)
        return 0;
    /* The lowest 2**32 % bound numbers would make some results likelier than others: draw again. */
    uint32_t unfair = -bound % bound;
    uint32_t number;
    do
        number = arc4random();
    while (number < unfair);
    return number % bound;
}
