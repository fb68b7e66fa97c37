"""How files of each machine are written: the ELF identity, and the words that linkers have for it.

The flags are those that glibc's own libraries have; linkers refuse to mix others (gABI chapter 4, e_flags; the psABI of
each machine: hard-float arguments on ARM, ELFv2 on POWER, doubles in registers on RISC-V and LoongArch).
"""

from __future__ import annotations

from glibcheck.model.record import Record


class Machine(Record):
    """`number` is e_machine, `flags` e_flags, `order` struct's byte order mark; `output` what BFD calls the format.

    `hash_word` is the size of a word of DT_HASH in bytes.
    """

    elf_class: int  # 32 or 64
    order: str
    number: int
    flags: int
    output: str
    hash_word: int = 4


MACHINES = {
    "x86_64": Machine(64, "<", 62, 0, "elf64-x86-64"),
    "i686": Machine(32, "<", 3, 0, "elf32-i386"),
    "aarch64": Machine(64, "<", 183, 0, "elf64-littleaarch64"),
    "armv7l": Machine(32, "<", 40, 0x05000400, "elf32-littlearm"),
    "ppc64le": Machine(64, "<", 21, 2, "elf64-powerpcle"),
    "s390x": Machine(64, ">", 22, 0, "elf64-s390", hash_word=8),
    "riscv64": Machine(64, "<", 243, 5, "elf64-littleriscv"),
    "loongarch64": Machine(64, "<", 258, 0x43, "elf64-loongarch"),
}
