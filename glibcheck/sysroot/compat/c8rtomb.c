/* c8rtomb: one byte of UTF-8 to the locale's encoding; since glibc 2.36. Until a character is whole it gives 0. */
#include "_uchar.h"

size_t wcrtomb(char *out, wchar_t wide, mbstate *state);

/* Say how many bytes follow a first byte; -1 when none begins so. */
static int following(unsigned char byte)
{
    return byte >= 0xc2 && byte <= 0xdf ? 1 : byte >= 0xe0 && byte <= 0xef ? 2 : byte >= 0xf0 && byte <= 0xf4 ? 3 : -1;
}

/* Say whether a second byte is right for its first: no form that is too long, no surrogate, nothing above 0x10ffff. */
static int second_fits(unsigned char first, unsigned char second)
{
    unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
}

static size_t wrong(void)
{
    errno = EILSEQ;
    return (size_t)-1;
}

/* Put the bytes of a character together. */
static wchar_t decode(const unsigned char *bytes, int more)
{
    unsigned int code = bytes[0] & (0x3fu >> more);
    for (int i = 1; i <= more; ++i)
        code = code << 6 | (bytes[i] & 0x3fu);
    return (wchar_t)code;
}

COMPAT size_t c8rtomb(char *out, unsigned char byte, mbstate *state)
{
    static mbstate own;
    char dropped[16];
    if (state == NULL)
        state = &own;
    if (out == NULL) {
        out = dropped;
        byte = 0; /* which is an error, too, when bytes of a character wait */
    }
    unsigned char *bytes = state->value.bytes;
    if (!(state->count & WAITING)) {
        if (byte < 0x80)
            return wcrtomb(out, (wchar_t)byte, state);
        if (following(byte) < 0)
            return wrong();
        bytes[0] = byte;
        state->count |= WAITING | 1 << 24;
        return 0;
    }
    int have = state->count >> 24 & 0x7f;
    if (have == 1 ? !second_fits(bytes[0], byte) : (byte & 0xc0) != 0x80)
        return wrong();
    bytes[have] = byte;
    if (have < following(bytes[0])) {
        state->count += 1 << 24;
        return 0;
    }
    wchar_t wide = decode(bytes, have);
    *state = (mbstate){0};
    return wcrtomb(out, wide, state);
}
