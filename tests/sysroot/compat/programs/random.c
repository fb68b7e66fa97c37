/* Random bytes: they cannot be the same twice, but lengths, errors and bounds can be told. */
#include "compare.h"

#include <sys/random.h>

OURS(getrandom);
OURS(getentropy);
#if __GLIBC_PREREQ(2, 36)
OURS(arc4random);
OURS(arc4random_buf);
OURS(arc4random_uniform);
#endif

/* Say whether bytes look drawn: of 64 or more, each 16 of them hold something but what was there before. */
static int drawn(const unsigned char *bytes, size_t size)
{
    for (size_t at = 0; at + 16 <= size; at += 16) {
        int same = 0;
        for (int i = 0; i < 16; ++i)
            same += bytes[at + i] == 0xaa;
        if (same > 8)
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    static unsigned char one[5001], other[5001];
    size_t sizes[] = {0, 1, 16, 255, 256, 257, 4096, 5000};
    block_all(argc, argv);
    int real = !is_blocked("getrandom"); /* the real one just fails then */
    for (int i = 0; i < 8; ++i) {
        memset(one, 0xaa, sizeof one);
        unsigned flags[] = {0, GRND_NONBLOCK, 0x4000};
        for (int j = 0; j < 3; ++j) {
            BOTH(ssize_t, compat_getrandom(one, sizes[i], flags[j]), getrandom(other, sizes[i], flags[j]))
            if (real)
                SAME("getrandom", a == b && a_error == b_error, "%ld (errno %d) for %ld (errno %d)", (long)a, a_error, (long)b, b_error);
            else
                SAME("getrandom", j == 2 ? a == -1 && a_error == EINVAL : a == (ssize_t)sizes[i] && a_error == 0, "%ld (errno %d)", (long)a, a_error);
        }
        SAME("getrandom", drawn(one, sizes[i]) && one[sizes[i]] == 0xaa, "bytes");
        memset(one, 0xaa, sizeof one);
        BOTH(int, compat_getentropy(one, sizes[i]), getentropy(other, sizes[i]))
        if (real)
            SAME("getentropy", a == b && a_error == b_error, "%d (errno %d) for %d (errno %d)", a, a_error, b, b_error);
        else
            SAME("getentropy", sizes[i] > 256 ? a == -1 && a_error == EIO : a == 0 && a_error == 0, "%d (errno %d)", a, a_error);
        SAME("getentropy", sizes[i] > 256 || (drawn(one, sizes[i]) && one[sizes[i]] == 0xaa), "bytes");
#if __GLIBC_PREREQ(2, 36)
        memset(one, 0xaa, sizeof one);
        errno = 7;
        compat_arc4random_buf(one, sizes[i]);
        SAME("arc4random_buf", drawn(one, sizes[i]) && one[sizes[i]] == 0xaa && errno == 7, "bytes, or errno %d", errno);
#endif
    }
    if (real) { /* since 2.41 the real one asks no kernel, and dies of a bad address */
        errno = 0;
        SAME("getrandom", compat_getrandom((void *)8, 16, 0) == -1 && errno == EFAULT, "errno %d for a bad address", errno);
    }
#if __GLIBC_PREREQ(2, 36)
    uint32_t all = 0, none = ~0u;
    for (int i = 0; i < 1000; ++i) {
        uint32_t number = compat_arc4random();
        all |= number;
        none &= number;
    }
    SAME("arc4random", all == ~0u && none == 0, "some bits never change");
    uint32_t bounds[] = {0, 1, 2, 3, 10, 0x80000001u, 0xffffffffu};
    for (int i = 0; i < 7; ++i) {
        unsigned seen[10] = {0};
        for (int j = 0; j < 3000; ++j) {
            uint32_t number = compat_arc4random_uniform(bounds[i]);
            SAME("arc4random_uniform", number < bounds[i] || (bounds[i] == 0 && number == 0), "%u of %u", number, bounds[i]);
            ++seen[number % 10];
        }
        for (uint32_t j = 0; j < 10 && bounds[i] == 10; ++j) /* 300 expected, 16 the standard deviation */
            SAME("arc4random_uniform", seen[j] > 180 && seen[j] < 420, "%u came %u times of 3000", j, seen[j]);
    }
#endif
    return report();
}
