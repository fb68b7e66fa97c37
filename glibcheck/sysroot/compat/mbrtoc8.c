/* mbrtoc8: the next byte of UTF-8 of a text in the locale's encoding; since glibc 2.36. */
#include "_uchar.h"

size_t mbrtowc(wchar_t *wide, const char *text, size_t size, mbstate *state);

/* Give the first byte of a character's UTF-8, and put the others where the next calls look for them. */
static unsigned char encode(unsigned int code, mbstate *state)
{
    if (code < 0x80)
        return (unsigned char)code;
    unsigned more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    state->value.wide = 0;
    for (unsigned i = 0; i < more; ++i) /* last byte first: the next one to give is at `more - 1` */
        state->value.bytes[i] = (unsigned char)(0x80 | (code >> (6 * i) & 0x3f));
    state->count |= WAITING | (int)(more << 24);
    return (unsigned char)(0xf0 << (3 - more) | code >> (6 * more));
}

COMPAT size_t mbrtoc8(unsigned char *out, const char *text, size_t size, mbstate *state)
{
    static mbstate own;
    if (state == NULL)
        state = &own;
    if (text == NULL) {
        out = NULL;
        text = "";
        size = 1;
    }
    if (state->count & WAITING) {
        int left = (state->count >> 24 & 0x7f) - 1;
        if (out != NULL)
            *out = state->value.bytes[left];
        state->count = left == 0 ? 0 : (state->count & 0xffffff) | WAITING | left << 24;
        if (left == 0)
            state->value.wide = 0;
        return (size_t)-3;
    }
    wchar_t wide;
    size_t used = mbrtowc(&wide, text, size, state);
    if (used <= size && (unsigned int)wide <= 0x10ffff) {
        unsigned char first = encode((unsigned int)wide, state);
        if (out != NULL)
            *out = first;
    }
    return used;
}
