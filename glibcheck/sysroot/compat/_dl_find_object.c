/* _dl_find_object: which object an address is in, and where its unwind table is; since glibc 2.35.
 *
 * The unwinder of gcc 12 and newer calls it for every frame of an exception. Here it walks dl_iterate_phdr, which takes
 * the loader's lock: slower when many threads throw at once, as it was with every gcc before 12; and as there, not to be
 * called from a signal handler. It answers -1 only for an address that no object has: the unwinder takes -1 as the end
 * of the stack and ends the process. Objects of other namespaces (dlmopen) are not seen.
 */
#include "_elf.h"

#ifdef __arm__
#define TABLE PT_ARM_EXIDX
#else
#define TABLE PT_GNU_EH_FRAME
#endif

struct link_map {
    uintptr_t l_addr;
    char *l_name;
    Dyn *l_ld;
    struct link_map *l_next, *l_prev;
};

struct r_debug {
    int r_version;
    struct link_map *r_map;
};

extern struct r_debug _r_debug;
int getpagesize(void);

struct dl_find_object {
    unsigned long long dlfo_flags;
    void *dlfo_map_start;
    void *dlfo_map_end;
    struct link_map *dlfo_link_map;
    void *dlfo_eh_frame;
#ifdef __i386__
    void *dlfo_eh_dbase;
    unsigned int dlfo_eh_dbase_padding;
#endif
#ifdef __arm__
    int dlfo_eh_count;
    unsigned int dlfo_eh_count_padding;
#endif
    unsigned long long dlfo_reserved[7];
};

struct question {
    void *address;
    struct dl_find_object *answer;
};

/* Find the loader's record of the object; dl_iterate_phdr holds the lock under which the list changes. */
static struct link_map *link_map_of(uintptr_t base, const Dyn *dynamic)
{
    struct link_map *map = _r_debug.r_map;
    while (map != NULL && (map->l_addr != base || map->l_ld != dynamic))
        map = map->l_next;
    return map;
}

#ifdef __i386__
/* Give what DW_EH_PE_datarel is relative to: the global offset table. */
static void *data_base(const Dyn *dynamic)
{
    for (; dynamic != NULL && dynamic->d_tag != 0; ++dynamic)
        if (dynamic->d_tag == DT_PLTGOT)
            return (void *)dynamic->d_val;
    return NULL;
}
#endif

static void describe(const struct dl_phdr_info *info, struct dl_find_object *answer)
{
    uintptr_t first = ~(uintptr_t)0, end = 0;
    const Dyn *dynamic = NULL;
    for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
        const Phdr *segment = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD) {
            first = start < first ? start : first;
            end = start + segment->p_memsz > end ? start + segment->p_memsz : end;
        } else if (segment->p_type == PT_DYNAMIC) {
            dynamic = (const Dyn *)start;
        } else if (segment->p_type == TABLE) {
            answer->dlfo_eh_frame = (void *)start;
#ifdef __arm__
            answer->dlfo_eh_count = (int)(segment->p_memsz / 8);
#endif
        }
    }
    answer->dlfo_map_start = (void *)(first & ~((uintptr_t)getpagesize() - 1));
    answer->dlfo_map_end = (void *)end;
    answer->dlfo_link_map = link_map_of(info->dlpi_addr, dynamic);
#ifdef __i386__
    answer->dlfo_eh_dbase = data_base(dynamic);
#endif
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
    struct question *question = data;
    (void)size;
    if (!object_has(info, question->address))
        return 0;
    *question->answer = (struct dl_find_object){0};
    describe(info, question->answer);
    return 1;
}

COMPAT int _dl_find_object(void *address, struct dl_find_object *answer)
{
    struct question question = {address, answer};
    return dl_iterate_phdr(visit, &question) == 1 ? 0 : -1;
}
