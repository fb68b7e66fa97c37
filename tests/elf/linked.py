"""A sample that refers to another library in every way, linked in any way; what its object's relocations say of it.

An object file lists each of its references as a relocation. Linked, the reference stands as far behind the same symbol
as before, so the object says where all references of the linked file must be found. That is an answer which nobody
took from the code.
"""

from __future__ import annotations

import re
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection
from elftools.elf.sections import Symbol, SymbolTableSection

from glibcheck.elf.sections import SHF_ALLOC, SectionTable
from tests.tools import need, output

Row = tuple[int, str, str]  # address, symbol, kind

HELPER = """
int first(int n) { return n; }
int second(int n) { return n + 1; }
int third(int n) { return n + 2; }
int value = 1; short half = 2; char array[64]; __thread int counter = 3;
"""

SAMPLE = """
extern int first(int), second(int), third(int);
extern int value; extern short half; extern char array[64];
extern int absent(void) __attribute__((weak));
#ifdef THREADS
extern __thread int counter;
int thread(void) { return counter++; }
#endif
int calls(int n) { return first(n) + second(n + 1) * first(n + 2); }
int tail(int n) { return first(n); }
int branch(int n) { if (n > 7) return second(n); return 3; }
int compares(void) { return value == 77 || value == 70000 || half == 1000; }
void stores(void) { value = 100000; half = 1000; array[5] = 9; }
int indexed(int n) { return array[n] + array[n + 3]; }
int perhaps(void) { return absent ? absent() : 0; }
void *address(int n) { return n ? (void *)third : (void *)first; }
int loop(int n) { int sum = 0; for (int i = 0; i < n; i++) { sum += second(i) + value; if (sum > 9) third(sum); }
    return sum; }
int (*const table[])(int) = {first, third, second};
int *pointer = &value;
int pick(int n) { return table[n & 1](n) + *pointer; }
"""

# Of two relocations that make one address, the second one is the reference; these say which are no second one.
_FIRST_HALF = {"x86_64": {35}, "aarch64": {275, 276, 311, 513, 541, 562, 569}}
_CALLS = {"x86_64": set[int](), "aarch64": {282, 283}}
_CODE = re.compile(r"\.text")


def link(
    folder: Path, flags: tuple[str, ...], link_flags: tuple[str, ...], compiler: tuple[str, ...] = ("gcc",)
) -> tuple[Path, Path]:
    """Compile the sample and link it to its helper library; gives the linked file and the object."""
    need(compiler[0])
    (folder / "helper.c").write_text(HELPER)
    (folder / "sample.c").write_text(SAMPLE)
    linker = [flag for flag in link_flags if flag.startswith("-fuse-ld")]
    helper, result, thing = folder / "libhelper.so", folder / "sample", folder / "sample.o"
    bare = ("-nostdlib", "-fno-builtin", "-fno-stack-protector", "-w")
    output(*compiler, *bare, *linker, "-shared", "-fPIC", "-o", str(helper), str(folder / "helper.c"))
    output(*compiler, *bare, *flags, "-c", "-o", str(thing), str(folder / "sample.c"))
    words = ("-Wl,-e,calls", "-Wl,--unresolved-symbols=ignore-all") if "-shared" not in link_flags else ()
    output(*compiler, *bare, *link_flags, *words, "-o", str(result), str(thing), str(helper))
    return result, thing


def expected(linked: Path, thing: Path, machine: str) -> set[Row]:
    """Read from the object's relocations what the linked file must refer to, and where."""
    with linked.open("rb") as stream:
        places = {symbol.name: symbol["st_value"] for symbol in _symbols(ELFFile(stream), ".symtab")}
        # A weak symbol that nobody defines may have become the number 0 in a program.
        known = {symbol.name for symbol in _symbols(ELFFile(stream), ".dynsym")}
    rows: set[Row] = set()
    with thing.open("rb") as stream:
        file = ELFFile(stream)
        symbols = _symbols(file, ".symtab")
        for section in file.iter_sections():
            if isinstance(section, RelocationSection):
                number = section["sh_info"]
                name = file.get_section(number).name
                if not name.startswith((".text", ".data", ".rodata")):
                    continue
                starts = sorted(
                    (symbol["st_value"], symbol.name)
                    for symbol in symbols
                    if symbol["st_shndx"] == number and symbol["st_info"]["bind"] == "STB_GLOBAL"
                )
                for relocation in section.iter_relocations():
                    symbol = symbols[relocation["r_info_sym"]]
                    kind, offset = relocation["r_info_type"], relocation["r_offset"]
                    if symbol["st_shndx"] == "SHN_UNDEF" and kind not in _FIRST_HALF[machine]:
                        start, around = max(row for row in starts if row[0] <= offset)
                        address = places[around] + offset - start
                        rows.add((address, symbol.name, _kind(name, kind, file, number, offset, machine)))
    # The others are _GLOBAL_OFFSET_TABLE_ and __tls_get_addr, and what the linker has made 0 in a program.
    return {
        row
        for row in rows
        if row[1] in known and not row[1].startswith("_") and not (row[1] == "absent" and _is_zero(linked, row[0]))
    }


def _kind(name: str, kind: int, file: ELFFile, number: int, offset: int, machine: str) -> str:
    if not _CODE.match(name):
        return "pointer"
    if machine == "aarch64":
        return "call" if kind in _CALLS[machine] else "load"
    code = file.get_section(number).data()
    if code[offset - 1] in (0xE8, 0xE9) or code[offset - 2 : offset] in (b"\xff\x15", b"\xff\x25"):
        return "call"
    return "call" if code[offset - 2] == 0x0F and code[offset - 1] & 0xF0 == 0x80 else "load"


def _is_zero(linked: Path, address: int) -> bool:
    table = SectionTable(linked.read_bytes())
    (section,) = (s for s in table.sections if s.address <= address < s.address + s.size and s.flags & SHF_ALLOC)
    start = address - section.address
    return table.content(section)[start : start + 4] == bytes(4)


def _symbols(file: ELFFile, name: str) -> list[Symbol]:
    table = file.get_section_by_name(name)
    assert isinstance(table, SymbolTableSection)
    return list(table.iter_symbols())
