/* The words of ELF that dl_iterate_phdr and the loader speak, in the size of the machine. */
#pragma once
#include "_glibc.h"

#if __SIZEOF_POINTER__ == 8
typedef struct {
    uint32_t p_type, p_flags;
    uint64_t p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align;
} Phdr;
#else
typedef struct {
    uint32_t p_type, p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_flags, p_align;
} Phdr;
#endif

typedef struct {
    intptr_t d_tag;
    uintptr_t d_val;
} Dyn;

#define PT_LOAD 1
#define PT_DYNAMIC 2
#define PT_GNU_EH_FRAME 0x6474e550
#define PT_ARM_EXIDX 0x70000001
#define DT_PLTGOT 3

struct dl_phdr_info {
    uintptr_t dlpi_addr;
    const char *dlpi_name;
    const Phdr *dlpi_phdr;
    uint16_t dlpi_phnum;
};

int dl_iterate_phdr(int (*visit)(struct dl_phdr_info *info, size_t size, void *data), void *data);

/* Say whether an address is in a loaded segment of the object. */
static inline int object_has(const struct dl_phdr_info *info, const void *address)
{
    for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
        const Phdr *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD && (uintptr_t)address - (info->dlpi_addr + segment->p_vaddr) < segment->p_memsz)
            return 1;
    }
    return 0;
}
