/* Text, memory, names of errors and signals, the resolver, trees. */
#include "compare.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <fts.h>
#include <locale.h>
#include <malloc.h>
#include <netinet/in.h>
#include <resolv.h>
#include <search.h>
#include <uchar.h>
#include <wchar.h>

OURS(explicit_bzero);
OURS(reallocarray);
OURS(mallinfo2);
OURS(twalk_r);
OURS(strerrorname_np);
OURS(strerrordesc_np);
OURS(sigabbrev_np);
OURS(sigdescr_np);
OURS(dn_comp);
OURS(dn_expand);
OURS(dn_skipname);
OURS(res_dnok);
OURS(res_hnok);
OURS(res_mailok);
OURS(res_ownok);
OURS(res_mkquery);
OURS(res_nmkquery);
OURS(res_query);
OURS(res_nquery);
OURS(res_search);
OURS(res_nsearch);
OURS(res_querydomain);
OURS(res_nquerydomain);
OURS(res_send);
OURS(res_nsend);
OURS(fts64_open);
OURS(fts64_read);
OURS(fts64_children);
OURS(fts64_set);
OURS(fts64_close);
extern int __memcmpeq(const void *, const void *, size_t);
OURS(__memcmpeq);
extern void __explicit_bzero_chk(void *, size_t, size_t);
OURS(__explicit_bzero_chk);

/* What the fortified function does with an object of `room`: nothing special, or the end of the process. */
#define FORTIFIED(name, room, size, ...)                                                           \
    do {                                                                                           \
        int ending;                                                                                \
        ENDING(ending, __VA_ARGS__);                                                               \
        SAME(name, ending == ((room) < (size) ? SIGABRT : 0), "signal %d with room %d", ending, (int)(room)); \
    } while (0)

#if __GLIBC_PREREQ(2, 38)
OURS(strlcpy);
OURS(strlcat);
OURS(wcslcpy);
OURS(wcslcat);
extern size_t __strlcpy_chk(char *, const char *, size_t, size_t), __strlcat_chk(char *, const char *, size_t, size_t);
extern size_t __wcslcpy_chk(wchar_t *, const wchar_t *, size_t, size_t), __wcslcat_chk(wchar_t *, const wchar_t *, size_t, size_t);
OURS(__strlcpy_chk);
OURS(__strlcat_chk);
OURS(__wcslcpy_chk);
OURS(__wcslcat_chk);

#define BOUNDED(f, type, fill_with)                                                                       \
    for (int there = 0; there < 12; ++there)                                                              \
        for (int length = 0; length < 12; ++length)                                                       \
            for (size_t size = 0; size < 24; ++size) {                                                    \
                type one[32], other[32], text[16] = {0};                                                  \
                for (int i = 0; i < 32; ++i)                                                              \
                    one[i] = other[i] = i < there ? 'a' + i : i == there && fill_with ? 0 : 'Z';          \
                for (int i = 0; i < length; ++i)                                                          \
                    text[i] = 'm' + i;                                                                    \
                SAME_RESULT(#f, long, compat_##f(one, text, size), f(other, text, size));                 \
                SAME(#f, memcmp(one, other, sizeof one) == 0, "contents, size %zu", size);                \
                SAME("__" #f "_chk", compat___##f##_chk(one, text, size, size) == f(other, text, size) && memcmp(one, other, sizeof one) == 0, "contents"); \
            }

static void bounded(void)
{
    BOUNDED(strlcpy, char, 1)
    BOUNDED(strlcat, char, 1)
    BOUNDED(strlcat, char, 0)
    BOUNDED(wcslcpy, wchar_t, 1)
    BOUNDED(wcslcat, wchar_t, 1)
    for (size_t room = 3; room < 6; ++room) {
        char text[16] = "";
        wchar_t wide[16] = L"";
        FORTIFIED("__strlcpy_chk", room, 4u, compat___strlcpy_chk(text, "x", 4, room));
        FORTIFIED("__strlcat_chk", room, 4u, compat___strlcat_chk(text, "x", 4, room));
        FORTIFIED("__wcslcpy_chk", room, 4u, compat___wcslcpy_chk(wide, L"x", 4, room));
        FORTIFIED("__wcslcat_chk", room, 4u, compat___wcslcat_chk(wide, L"x", 4, room));
    }
}
#else
static void bounded(void)
{
}
#endif

#if __GLIBC_PREREQ(2, 42)
extern const char *__inet_ntop_chk(int, const void *, char *, socklen_t, size_t);
extern int __inet_pton_chk(int, const char *, void *, size_t);
OURS(__inet_ntop_chk);
OURS(__inet_pton_chk);

static void addresses(void)
{
    const char *texts[] = {"127.0.0.1", "1.2.3", "::1", "fe80::1:2", "x", ""};
    int families[] = {AF_INET, AF_INET6, 99};
    for (int i = 0; i < 6; ++i)
        for (int j = 0; j < 3; ++j) {
            unsigned char one[16] = {0}, other[16] = {0};
            char shown[64] = "", shown_other[64] = "";
            SAME_RESULT("__inet_pton_chk", int, compat___inet_pton_chk(families[j], texts[i], one, 16), inet_pton(families[j], texts[i], other));
            SAME("__inet_pton_chk", memcmp(one, other, 16) == 0, "%s", texts[i]);
            for (socklen_t size = 0; size < 64; size += 7) {
                BOTH(const char *, compat___inet_ntop_chk(families[j], one, shown, size, 64), inet_ntop(families[j], other, shown_other, size))
                SAME("__inet_ntop_chk", !a == !b && a_error == b_error && strcmp(shown, shown_other) == 0, "%s", texts[i]);
            }
        }
    for (size_t room = 3; room < 18; ++room) {
        char out[64], address[16] = "";
        FORTIFIED("__inet_pton_chk", room, 4u, compat___inet_pton_chk(AF_INET, "1.2.3.4", address, room));
        FORTIFIED("__inet_pton_chk", room, 16u, compat___inet_pton_chk(AF_INET6, "::1", address, room));
        FORTIFIED("__inet_ntop_chk", room, 16u, compat___inet_ntop_chk(AF_INET, address, out, 16, room));
    }
}
#else
static void addresses(void)
{
}
#endif

#if __GLIBC_PREREQ(2, 43)
OURS(memset_explicit);
OURS(free_sized);
OURS(free_aligned_sized);
OURS(memalignment);
extern void *__memset_explicit_chk(void *, int, size_t, size_t);
OURS(__memset_explicit_chk);

static void newest(void)
{
    char one[32], other[32];
    for (size_t size = 0; size <= 32; ++size) {
        memset(one, 1, 32), memset(other, 1, 32);
        SAME("memset_explicit", compat_memset_explicit(one, 5, size) == one && memset_explicit(other, 5, size) == other && memcmp(one, other, 32) == 0, "contents");
        SAME("__memset_explicit_chk", compat___memset_explicit_chk(one, 6, size, size) == one && __memset_explicit_chk(other, 6, size, size) == other && memcmp(one, other, 32) == 0, "contents");
        FORTIFIED("__memset_explicit_chk", size, 8u, compat___memset_explicit_chk(one, 0, 8, size));
    }
    for (int i = 0; i < 200; ++i)
        SAME_RESULT("memalignment", long, compat_memalignment((void *)(uintptr_t)(i * 24)), memalignment((void *)(uintptr_t)(i * 24)));
    struct mallinfo2 before = mallinfo2();
    for (int i = 0; i < 100000; ++i) { /* 1.6 GB, if nothing is given back */
        compat_free_sized(malloc(8192), 8192);
        compat_free_aligned_sized(aligned_alloc(64, 8192), 64, 8192);
    }
    struct mallinfo2 after = mallinfo2();
    SAME("free_sized", after.uordblks < before.uordblks + 100000, "memory is kept");
    SAME("free_aligned_sized", after.uordblks < before.uordblks + 100000, "memory is kept");
}
#else
static void newest(void)
{
}
#endif

static void memory(void)
{
    char one[64], other[64];
    for (size_t size = 0; size <= 64; ++size) {
        memset(one, 1, 64), memset(other, 1, 64);
        compat_explicit_bzero(one, size), explicit_bzero(other, size);
        SAME("explicit_bzero", memcmp(one, other, 64) == 0, "contents");
        memset(one, 1, 64), memset(other, 1, 64);
        compat___explicit_bzero_chk(one, size, 64), __explicit_bzero_chk(other, size, 64);
        SAME("__explicit_bzero_chk", memcmp(one, other, 64) == 0, "contents");
        if (size < 12)
            FORTIFIED("__explicit_bzero_chk", size, 8u, compat___explicit_bzero_chk(one, 8, size));
        memcpy(other, one, 64);
        SAME("__memcmpeq", !compat___memcmpeq(one, other, size) == !__memcmpeq(one, other, size), "equal");
        other[size / 2] ^= 1;
        SAME("__memcmpeq", !compat___memcmpeq(one, other, size) == !__memcmpeq(one, other, size), "size %zu", size);
    }
    size_t numbers[] = {0, 1, 10, 1 << 16, SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 2 + 1, (size_t)1 << 32};
    for (int i = 0; i < 8; ++i)
        for (int j = 0; j < 8; ++j) {
            BOTH(void *, compat_reallocarray(NULL, numbers[i], numbers[j]), reallocarray(NULL, numbers[i], numbers[j]))
            SAME("reallocarray", !a == !b && a_error == b_error, "%zu times %zu", numbers[i], numbers[j]);
            free(a);
            free(b);
        }
    char *grown = strcpy(malloc(4), "abc");
    grown = compat_reallocarray(grown, 100, 10);
    SAME("reallocarray", strcmp(grown, "abc") == 0 && malloc_usable_size(grown) >= 1000, "contents");
    free(grown);
    struct mallinfo2 first = compat_mallinfo2(), second = mallinfo2();
    SAME("mallinfo2", memcmp(&first, &second, sizeof first) == 0, "contents");
}

static void names(void)
{
    /* 134 is new in 2.43: where the real function does not know it, ours does. */
    for (int i = -3; i < 300; ++i) {
#define NAMED(f)                                                                                   \
    do {                                                                                           \
        const char *a = compat_##f(i), *b = f(i);                                                  \
        SAME(#f, a == b || (b == NULL && i == 134) || (a != NULL && b != NULL && strcmp(a, b) == 0), "%d: %s for %s", i, a ? a : "NULL", b ? b : "NULL"); \
    } while (0)
        NAMED(strerrorname_np);
        NAMED(strerrordesc_np);
        NAMED(sigabbrev_np);
        NAMED(sigdescr_np);
    }
}

static char walked[2][65536];

static void note(const void *node, VISIT when, void *out)
{
    char *text = out;
    snprintf(text + strlen(text), 32, "%d:%s ", (int)when, *(const char *const *)node);
}

static int by_text(const void *one, const void *other)
{
    return strcmp(one, other);
}

static void trees(void)
{
    void *root = NULL;
    static char keys[200][8];
    for (int i = 0; i < 200; ++i) {
        snprintf(keys[i], 8, "%d", (int)(next_random() % 1000));
        tsearch(keys[i], &root, by_text);
        walked[0][0] = walked[1][0] = 0;
        compat_twalk_r(root, note, walked[0]);
        twalk_r(root, note, walked[1]);
        SAME("twalk_r", strcmp(walked[0], walked[1]) == 0, "with %d keys", i + 1);
    }
    compat_twalk_r(NULL, note, walked[0]);
}

static void resolver(void)
{
    const char *hosts[] = {"example.org", "-bad.example", "a_b.example", "a..b", ".", "", "user\\@x.example", "xn--bcher-kva.example"};
    unsigned char one[512], other[512];
    struct __res_state state;
    memset(&state, 0, sizeof state);
    res_ninit(&state);
    state.nscount = 0; /* nobody is asked */
    res_init();
    _res.nscount = 0;
    for (int i = 0; i < 8; ++i) {
        const char *host = hosts[i];
        SAME_RESULT("res_dnok", int, compat_res_dnok(host), res_dnok(host));
        SAME_RESULT("res_hnok", int, compat_res_hnok(host), res_hnok(host));
        SAME_RESULT("res_mailok", int, compat_res_mailok(host), res_mailok(host));
        SAME_RESULT("res_ownok", int, compat_res_ownok(host), res_ownok(host));
        memset(one, 0, 512), memset(other, 0, 512);
        SAME_RESULT("dn_comp", int, compat_dn_comp(host, one, 512, NULL, NULL), dn_comp(host, other, 512, NULL, NULL));
        SAME("dn_comp", memcmp(one, other, 512) == 0, "%s", host);
        char name[300] = "", name_other[300] = "";
        SAME_RESULT("dn_expand", int, compat_dn_expand(one, one + 512, one, name, 300), dn_expand(one, one + 512, one, name_other, 300));
        SAME("dn_expand", strcmp(name, name_other) == 0, "%s for %s", name, name_other);
        SAME_RESULT("dn_skipname", int, compat_dn_skipname(one, one + 512), dn_skipname(one, one + 512));
        memset(one, 0, 512), memset(other, 0, 512);
        SAME_RESULT("res_mkquery", int, compat_res_mkquery(QUERY, host, C_IN, T_A, NULL, 0, NULL, one, 512), res_mkquery(QUERY, host, C_IN, T_A, NULL, 0, NULL, other, 512));
        SAME("res_mkquery", memcmp(one + 2, other + 2, 510) == 0, "%s", host); /* the first two bytes are drawn */
        SAME_RESULT("res_nmkquery", int, compat_res_nmkquery(&state, QUERY, host, C_IN, T_A, NULL, 0, NULL, one, 512), res_nmkquery(&state, QUERY, host, C_IN, T_A, NULL, 0, NULL, other, 512));
        SAME("res_nmkquery", memcmp(one + 2, other + 2, 510) == 0, "%s", host);
        SAME_RESULT("res_query", int, compat_res_query(host, C_IN, T_A, one, 512), res_query(host, C_IN, T_A, other, 512));
        SAME_RESULT("res_nquery", int, compat_res_nquery(&state, host, C_IN, T_A, one, 512), res_nquery(&state, host, C_IN, T_A, other, 512));
        SAME_RESULT("res_search", int, compat_res_search(host, C_IN, T_A, one, 512), res_search(host, C_IN, T_A, other, 512));
        SAME_RESULT("res_nsearch", int, compat_res_nsearch(&state, host, C_IN, T_A, one, 512), res_nsearch(&state, host, C_IN, T_A, other, 512));
        SAME_RESULT("res_querydomain", int, compat_res_querydomain(host, "example", C_IN, T_A, one, 512), res_querydomain(host, "example", C_IN, T_A, other, 512));
        SAME_RESULT("res_nquerydomain", int, compat_res_nquerydomain(&state, host, "example", C_IN, T_A, one, 512), res_nquerydomain(&state, host, "example", C_IN, T_A, other, 512));
    }
    SAME_RESULT("res_send", int, compat_res_send(one, 20, other, 512), res_send(one, 20, other, 512));
    SAME_RESULT("res_nsend", int, compat_res_nsend(&state, one, 20, other, 512), res_nsend(&state, one, 20, other, 512));
}

static void folders(void)
{
    char *const paths[] = {(char *)"/etc/default", NULL};
    FTS64 *one = compat_fts64_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL), *other = fts64_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    FTSENT64 *ours, *real;
    SAME("fts64_open", one != NULL && other != NULL, "a tree");
    do {
        ours = compat_fts64_read(one), real = fts64_read(other);
        SAME("fts64_read", !ours == !real && (!ours || strcmp(ours->fts_path, real->fts_path) == 0), "an entry");
        if (ours == NULL || real == NULL)
            break;
        FTSENT64 *below = compat_fts64_children(one, 0), *below_other = fts64_children(other, 0);
        SAME("fts64_children", !below == !below_other && (!below || strcmp(below->fts_name, below_other->fts_name) == 0), "%s", ours->fts_path);
        SAME_RESULT("fts64_set", int, compat_fts64_set(one, ours, 0), fts64_set(other, real, 0));
        SAME_RESULT("fts64_set", int, compat_fts64_set(one, ours, 99), fts64_set(other, real, 99));
    } while (1);
    SAME_RESULT("fts64_close", int, compat_fts64_close(one), fts64_close(other));
}

#if __GLIBC_PREREQ(2, 36)
extern size_t mbrtoc8(unsigned char *, const char *, size_t, mbstate_t *), c8rtomb(char *, unsigned char, mbstate_t *);
OURS(mbrtoc8);
OURS(c8rtomb);

/* Feed bytes one after the other, to the end or to the first error. */
static void to_locale(const unsigned char *bytes, int size)
{
    mbstate_t one, other;
    memset(&one, 0, sizeof one), memset(&other, 0, sizeof other);
    for (int i = 0; i < size; ++i) {
        char out[16] = "", out_other[16] = "";
        errno = 0;
        size_t a = compat_c8rtomb(out, bytes[i], &one);
        int a_error = errno;
        errno = 0;
        size_t b = c8rtomb(out_other, bytes[i], &other);
        SAME("c8rtomb", a == b && a_error == errno && memcmp(out, out_other, 16) == 0, "%02x at %d of %02x %02x %02x %02x: %ld (errno %d) for %ld (errno %d)", bytes[i], i, bytes[0], bytes[1], bytes[2], bytes[3], (long)a, a_error, (long)b, errno);
        if (a == (size_t)-1 || b == (size_t)-1)
            break;
        SAME("c8rtomb", !mbsinit(&one) == !mbsinit(&other), "state");
    }
}

/* Read with pieces of `piece` bytes. */
static void from_locale(const char *text, size_t size, size_t piece)
{
    mbstate_t one, other;
    memset(&one, 0, sizeof one), memset(&other, 0, sizeof other);
    size_t at = 0;
    for (int i = 0; i < 40 && at < size; ++i) {
        unsigned char out = 0, out_other = 0;
        size_t room = size - at < piece ? size - at : piece;
        errno = 0;
        size_t a = compat_mbrtoc8(&out, text + at, room, &one);
        int a_error = errno;
        errno = 0;
        size_t b = mbrtoc8(&out_other, text + at, room, &other);
        SAME("mbrtoc8", a == b && a_error == errno && out == out_other, "%ld %02x (errno %d) for %ld %02x (errno %d)", (long)a, out, a_error, (long)b, out_other, errno);
        if (a == (size_t)-1 || a != b)
            break;
        SAME("mbrtoc8", !mbsinit(&one) == !mbsinit(&other), "state");
        at += a == (size_t)-2 ? room : a == (size_t)-3 ? 0 : a == 0 ? 1 : a;
    }
}

static void encodings(void)
{
    unsigned char bytes[8] = {0};
    for (int first = 0; first < 256; ++first)
        for (int second = 0; second < 256; second += second > 0x7c && second < 0xc2 ? 1 : 7)
            for (int third = 0x7f; third < 0xc1; third += 13)
                for (int fourth = 0x7f; fourth < 0xc1; fourth += 21) {
                    bytes[0] = first, bytes[1] = second, bytes[2] = third, bytes[3] = fourth;
                    to_locale(bytes, 4);
                    from_locale((char *)bytes, 4, 1);
                    from_locale((char *)bytes, 4, 4);
                }
    unsigned char out, out_other;
    SAME_RESULT("mbrtoc8", long, compat_mbrtoc8(NULL, NULL, 0, NULL), mbrtoc8(NULL, NULL, 0, NULL));
    SAME_RESULT("mbrtoc8", long, compat_mbrtoc8(&out, "x", 0, NULL), mbrtoc8(&out_other, "x", 0, NULL));
    SAME_RESULT("mbrtoc8", long, compat_mbrtoc8(NULL, "\xc3\xa4", 2, NULL), mbrtoc8(NULL, "\xc3\xa4", 2, NULL));
    SAME_RESULT("mbrtoc8", long, compat_mbrtoc8(&out, "\xc3\xa4", 2, NULL), mbrtoc8(&out_other, "\xc3\xa4", 2, NULL));
    SAME_RESULT("c8rtomb", long, compat_c8rtomb(NULL, 'x', NULL), c8rtomb(NULL, 'x', NULL));
    char text[16];
    SAME_RESULT("c8rtomb", long, compat_c8rtomb(text, 0xc3, NULL), c8rtomb(text, 0xc3, NULL));
    SAME_RESULT("c8rtomb", long, compat_c8rtomb(NULL, 0xa4, NULL), c8rtomb(NULL, 0xa4, NULL));
    SAME_RESULT("c8rtomb", long, compat_c8rtomb(text, 'a', NULL), c8rtomb(text, 'a', NULL));
}
#else
static void encodings(void)
{
}
#endif

int main(int argc, char **argv)
{
    block_all(argc, argv);
    memory();
    bounded();
    addresses();
    newest();
    names();
    trees();
    resolver();
    folders();
    encodings();
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return 2;
    encodings();
    return report();
}
