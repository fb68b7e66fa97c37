"""Built files against the values that they must read as: whole images, whole linkages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from glibcheck.elf.image import EXAMPLES, read, read_linkage
from glibcheck.model.image import ElfImage, Export, Linkage, Reference, Requirement, Traits, Verdef, Vernaux, Verneed
from glibcheck.model.names import Soname, SymbolName, VersionName
from tests.elf import build as elf
from tests.elf import notes
from tests.elf.build import PF_R, PF_W, PF_X, File, Symbol, build

LIBC, LIBM = "libc.so.6", "libm.so.6"


def need(library: str, *versions: tuple[str, int] | tuple[str, int, bool]) -> Verneed:
    """Make a Verneed of (name, number) pairs; a third True marks a weak one."""
    aux = (Vernaux(VersionName(name), number, bool(weak)) for name, number, *weak in versions)
    return Verneed(Soname(library), tuple(aux))


def required(library: str, version: str, *symbols: str, weak: bool = False) -> Requirement:
    return Requirement(Soname(library), VersionName(version), weak, tuple(map(SymbolName, symbols)))


def defined(name: str, number: int, base: bool = False) -> Verdef:
    return Verdef(VersionName(name), number, base)


def export(name: str, version: str | None, hidden: bool = False) -> Export:
    return Export(SymbolName(name), None if version is None else VersionName(version), hidden)


def reference(name: str, version: str | None = None, library: str | None = None, weak: bool = False) -> Reference:
    return Reference(
        SymbolName(name),
        None if version is None else VersionName(version),
        None if library is None else Soname(library),
        weak,
    )


NOTHING = ElfImage(
    machine="x86_64",
    elf_class=64,
    soname=None,
    needed=(),
    rpath=None,
    runpath=None,
    interp=None,
    verdef=(),
    requirements=(),
    unversioned=(),
)

PLAIN = File(
    soname="libplain.so.1",
    needed=(LIBM, LIBC),
    runpath="$ORIGIN/../lib:/opt/lib",
    verneed=(need(LIBM, ("GLIBC_2.29", 4)), need(LIBC, ("GLIBC_2.34", 3), ("GLIBC_2.4", 5), ("GLIBC_2.14", 2))),
    symbols=(
        Symbol("pow", 4),
        Symbol("memcpy", 2),
        Symbol("dlopen", 3),
        Symbol("dlclose", 3),
        Symbol("__gmon_start__", binding=elf.STB_WEAK),
        Symbol("PyList_New", type=elf.STT_NOTYPE),
        Symbol("entry", defined=True),
    ),
)
PLAIN_IMAGE = NOTHING._replace(
    soname=Soname("libplain.so.1"),
    needed=(Soname(LIBM), Soname(LIBC)),
    runpath="$ORIGIN/../lib:/opt/lib",
    requirements=(
        required(LIBC, "GLIBC_2.4"),
        required(LIBC, "GLIBC_2.14", "memcpy"),
        required(LIBC, "GLIBC_2.34", "dlclose", "dlopen"),
        required(LIBM, "GLIBC_2.29", "pow"),
    ),
    unversioned=(SymbolName("PyList_New"), SymbolName("__gmon_start__")),
    weak_symbols=frozenset({SymbolName("__gmon_start__")}),
    traits=Traits(libc="glibc"),
)

# More versions than a byte can number: a row's low byte is then that of two versions.
MANY = File(
    verneed=(need("libmany.so", *((f"MANY_{number}", number) for number in range(2, 602))),),
    symbols=tuple(Symbol(f"f{number}", number) for number in (2, 255, 256, 257, 258, 511, 512, 513, 601)),
    versioned=True,
)
MANY_SYMBOLS = {2: "f2", **{number: f"f{number}" for number in (255, 256, 257, 258, 511, 512, 513, 601)}}

NO_EXPORTS = File(
    verneed=(need(LIBC, ("GLIBC_2.2.5", 2)),), symbols=(Symbol("puts", 2), Symbol("exit", 2), Symbol("loose"))
)
NO_EXPORTS_IMAGE = NOTHING._replace(
    requirements=(required(LIBC, "GLIBC_2.2.5", "exit", "puts"),), unversioned=(SymbolName("loose"),)
)

# Each row: id, the file, the image that it is.
FILES: dict[str, tuple[File, ElfImage]] = {
    "nothing-but-a-dynamic-section": (File(versioned=False), NOTHING),
    "plain-library": (PLAIN, PLAIN_IMAGE),
    "dt-hash": (replace(PLAIN, hash="sysv"), PLAIN_IMAGE),
    "dt-hash-without-section-headers": (replace(PLAIN, hash="sysv", sections=False), PLAIN_IMAGE),
    "gnu-hash-without-section-headers": (replace(PLAIN, sections=False), PLAIN_IMAGE),
    "no-hash-table-but-section-headers": (replace(PLAIN, hash="none"), PLAIN_IMAGE),
    "tables-in-a-far-segment": (replace(PLAIN, tail=True), PLAIN_IMAGE),
    "tables-in-a-far-segment-by-section": (replace(PLAIN, tail=True, hash="none"), PLAIN_IMAGE),
    "tables-in-a-far-segment-alone": (replace(PLAIN, tail=True, sections=False), PLAIN_IMAGE),
    "32-bit-little-endian": (
        replace(PLAIN, elf_class=32, machine=3),
        PLAIN_IMAGE._replace(machine="i686", elf_class=32),
    ),
    "32-bit-big-endian": (
        replace(PLAIN, elf_class=32, order=">", machine=20, hash="sysv", sections=False),
        PLAIN_IMAGE._replace(machine="ppc", elf_class=32),
    ),
    "64-bit-big-endian": (replace(PLAIN, order=">", machine=21), PLAIN_IMAGE._replace(machine="ppc64")),
    "s390x-has-hash-tables-of-64-bit-words": (
        replace(PLAIN, order=">", machine=22, hash="sysv", sections=False),
        PLAIN_IMAGE._replace(machine="s390x"),
    ),
    "s390-has-hash-tables-of-32-bit-words": (
        replace(PLAIN, elf_class=32, order=">", machine=22, hash="sysv", sections=False),
        PLAIN_IMAGE._replace(machine="s390", elf_class=32),
    ),
    "alpha-has-hash-tables-of-64-bit-words": (
        replace(PLAIN, machine=0x9026, hash="sysv", sections=False),
        PLAIN_IMAGE._replace(machine="machine 36902"),
    ),
    "x32": (replace(PLAIN, elf_class=32), PLAIN_IMAGE._replace(machine="x32", elf_class=32)),
    "empty-gnu-hash-of-gnu-ld": (NO_EXPORTS, NO_EXPORTS_IMAGE),
    "empty-gnu-hash-of-gnu-ld-without-section-headers": (replace(NO_EXPORTS, sections=False), NO_EXPORTS_IMAGE),
    "empty-gnu-hash-of-gnu-ld-32-bit": (
        replace(NO_EXPORTS, sections=False, elf_class=32, order=">", machine=20, tail=True),
        NO_EXPORTS_IMAGE._replace(machine="ppc", elf_class=32),
    ),
    "executable": (
        File(interp="/lib64/ld-linux-x86-64.so.2", needed=(LIBC,), rpath="/opt/old"),
        NOTHING._replace(
            interp="/lib64/ld-linux-x86-64.so.2",
            needed=(Soname(LIBC),),
            rpath="/opt/old",
            traits=Traits(libc="glibc"),
        ),
    ),
    "copy-relocation-is-defined-and-still-needs-its-version": (
        File(
            verneed=(need(LIBC, ("GLIBC_2.2.5", 2), ("GLIBC_2.34", 3)),),
            symbols=(Symbol("stdout", 2, defined=True, type=elf.STT_OBJECT), Symbol("__libc_start_main", 3)),
        ),
        NOTHING._replace(
            requirements=(required(LIBC, "GLIBC_2.2.5", "stdout"), required(LIBC, "GLIBC_2.34", "__libc_start_main"))
        ),
    ),
    "weak-vernaux": (
        File(verneed=(need(LIBC, ("GLIBC_2.33", 2, True), ("GLIBC_2.4", 3)),), symbols=(Symbol("stat", 2),)),
        NOTHING._replace(requirements=(required(LIBC, "GLIBC_2.4"), required(LIBC, "GLIBC_2.33", "stat", weak=True))),
    ),
    "version-needed-weakly-and-strongly-is-strong": (
        File(
            verneed=(need(LIBC, ("GLIBC_2.5", 2, True)), need(LIBC, ("GLIBC_2.5", 3))),
            symbols=(Symbol("one", 2), Symbol("two", 3)),
        ),
        NOTHING._replace(requirements=(required(LIBC, "GLIBC_2.5", "one", "two"),)),
    ),
    "marker-version-without-symbols": (
        File(verneed=(need(LIBC, ("GLIBC_ABI_DT_RELR", 2), ("GLIBC_2.36", 3)),), symbols=(Symbol("arc4random", 3),)),
        NOTHING._replace(
            requirements=(required(LIBC, "GLIBC_2.36", "arc4random"), required(LIBC, "GLIBC_ABI_DT_RELR"))
        ),
    ),
    "same-version-of-two-libraries": (
        File(
            verneed=(need(LIBM, ("GLIBC_2.2.5", 2)), need(LIBC, ("GLIBC_2.2.5", 3))),
            symbols=(Symbol("sin", 2), Symbol("puts", 3)),
        ),
        NOTHING._replace(requirements=(required(LIBC, "GLIBC_2.2.5", "puts"), required(LIBM, "GLIBC_2.2.5", "sin"))),
    ),
    "600-versions": (
        MANY,
        NOTHING._replace(
            requirements=tuple(
                required("libmany.so", f"MANY_{number}", *[MANY_SYMBOLS[number]] if number in MANY_SYMBOLS else [])
                for number in range(2, 602)
            )
        ),
    ),
    "600-versions-big-endian": (
        replace(MANY, order=">", machine=22, hash="sysv"),
        NOTHING._replace(
            machine="s390x",
            requirements=tuple(
                required("libmany.so", f"MANY_{number}", *[MANY_SYMBOLS[number]] if number in MANY_SYMBOLS else [])
                for number in range(2, 602)
            ),
        ),
    ),
    "defined-versions-are-not-needed-ones": (
        File(
            soname="libown.so",
            verdef=(defined("libown.so", 1, base=True), defined("OWN_1", 2), defined("OWN_2", 3)),
            verneed=(need(LIBC, ("GLIBC_2.4", 4)),),
            symbols=(Symbol("mine", 2, defined=True), Symbol("read", 4), Symbol("loose")),
        ),
        NOTHING._replace(
            soname=Soname("libown.so"),
            verdef=(defined("libown.so", 1, base=True), defined("OWN_1", 2), defined("OWN_2", 3)),
            requirements=(required(LIBC, "GLIBC_2.4", "read"),),
            unversioned=(SymbolName("loose"),),
        ),
    ),
    "library-without-versions": (
        File(versioned=False, symbols=(Symbol("wanted"), Symbol("mine", defined=True))),
        NOTHING._replace(unversioned=(SymbolName("wanted"),)),
    ),
    "local-symbols-want-nothing": (
        File(symbols=(Symbol("here", 0, binding=elf.STB_LOCAL), Symbol("there", 0))),
        NOTHING._replace(unversioned=(SymbolName("there"),)),
    ),
    "weak-references-with-and-without-a-version": (
        File(
            verneed=(need(LIBC, ("GLIBC_2.36", 2), ("GLIBC_2.2.5", 3)),),
            symbols=(
                Symbol("arc4random", 2, binding=elf.STB_WEAK),
                Symbol("puts", 3),
                Symbol("hook", binding=elf.STB_WEAK),
                Symbol("wanted"),
                Symbol("mine", defined=True, binding=elf.STB_WEAK),
            ),
        ),
        NOTHING._replace(
            requirements=(required(LIBC, "GLIBC_2.2.5", "puts"), required(LIBC, "GLIBC_2.36", "arc4random")),
            unversioned=(SymbolName("hook"), SymbolName("wanted")),
            weak_symbols=frozenset({SymbolName("arc4random"), SymbolName("hook")}),
        ),
    ),
    "names-that-are-not-utf-8": (
        File(soname="lib\udcff.so", needed=("lib\udc80.so",), symbols=(Symbol("s\udcfe\u00e9"),)),
        NOTHING._replace(
            soname=Soname("lib\udcff.so"),
            needed=(Soname("lib\udc80.so"),),
            unversioned=(SymbolName("s\udcfe\u00e9"),),
        ),
    ),
}


MUSL, LIBPYTHON = "libc.musl-x86_64.so.1", "libpython3.11.so.1.0"
BUILD_ID = bytes(range(0xF0, 0x100)) + b"\0\1\2\3"

# Each row: id, the file, the traits that it has beside the default ones.
TRAITS: dict[str, tuple[File, Traits]] = {
    "stack-that-is-not-executable": (File(stack=PF_R | PF_W), Traits(executable_stack=False)),
    "stack-that-is-executable": (File(stack=PF_R | PF_W | PF_X), Traits(executable_stack=True)),
    "build-id-of-20-bytes": (File(build_id=BUILD_ID), Traits(build_id=BUILD_ID.hex())),
    "build-id-of-3-bytes": (File(build_id=b"\xab\xcd\x12"), Traits(build_id="abcd12")),
    "build-id-behind-notes-of-others": (
        File(
            notes=(
                (
                    4,
                    notes.note("<", notes.NT_GNU_ABI_TAG, bytes(16))
                    + notes.note("<", notes.NT_GNU_BUILD_ID, b"not ours", owner=b"stapsdt\0")
                    + notes.note("<", notes.NT_GNU_BUILD_ID, b"\x0f\xf0"),
                ),
            )
        ),
        Traits(build_id="0ff0"),
    ),
    "baseline": (File(properties=((notes.X86_ISA_1_NEEDED, notes.BASELINE),)), Traits(isa_level="x86-64-baseline")),
    "x86-64-v2-in-two-bits": (
        File(properties=((notes.X86_ISA_1_NEEDED, notes.BASELINE | notes.V2),)),
        Traits(isa_level="x86-64-v2"),
    ),
    "x86-64-v3-between-other-properties": (
        File(
            properties=(
                (notes.X86_FEATURE_1_AND, 3),
                (notes.X86_ISA_1_NEEDED, notes.V3),
                (notes.X86_ISA_1_USED, notes.V4),
            )
        ),
        Traits(isa_level="x86-64-v3"),
    ),
    "x86-64-v4-in-a-32-bit-file": (
        File(elf_class=32, machine=3, properties=((notes.X86_FEATURE_1_AND, 3), (notes.X86_ISA_1_NEEDED, notes.V4))),
        Traits(isa_level="x86-64-v4"),
    ),
    "levels-that-are-used-are-not-needed": (File(properties=((notes.X86_ISA_1_USED, notes.V3),)), Traits()),
    "needed-level-of-nothing": (File(properties=((notes.X86_ISA_1_NEEDED, 0),)), Traits()),
    "the-same-property-of-another-processor": (
        File(machine=183, properties=((notes.X86_ISA_1_NEEDED, notes.V3),)),
        Traits(),
    ),
    "dt-textrel": (File(dynamic=((22, 0),)), Traits(text_relocations=True)),
    "df-textrel": (File(dynamic=((30, 4),)), Traits(text_relocations=True)),
    "other-flags": (File(dynamic=((30, 8 | 16),)), Traits()),
    "dt-relr": (File(dynamic=((35, 8), (36, 0), (37, 8))), Traits(relr=True)),
    "musl-of-alpine": (File(needed=(MUSL,)), Traits(libc="musl")),
    "musl-of-others": (File(needed=("libc.so",)), Traits(libc="musl")),
    "musl-by-its-loader": (File(interp="/lib/ld-musl-aarch64.so.1"), Traits(libc="musl")),
    "glibc-by-its-loader": (File(needed=("ld-linux-aarch64.so.1",)), Traits(libc="glibc")),
    "glibc-of-alpha": (File(needed=("libc.so.6.1",)), Traits(libc="glibc")),
    "glibc-itself": (File(soname=LIBC), Traits(libc="glibc")),
    "neither-libc": (File(needed=("libz.so.1", "libc.so.7")), Traits()),
    "libpython": (File(needed=("libz.so.1", LIBPYTHON)), Traits(python=Soname(LIBPYTHON))),
    "libpython-of-the-stable-abi": (File(needed=("libpython3.so",)), Traits(python=Soname("libpython3.so"))),
    "library-that-is-only-called-like-python": (File(needed=("libpythonic.so.1",)), Traits()),
    "all-at-once-big-endian": (
        File(
            order=">",
            machine=22,
            interp="/lib/ld64.so.1",
            needed=(LIBPYTHON, LIBC),
            stack=PF_R | PF_W,
            build_id=BUILD_ID,
            properties=((notes.X86_ISA_1_NEEDED, notes.V3),),
            dynamic=((30, 4), (36, 0)),
        ),
        Traits(
            libc="glibc",
            python=Soname(LIBPYTHON),
            executable_stack=False,
            text_relocations=True,
            relr=True,
            build_id=BUILD_ID.hex(),
        ),
    ),
    "all-at-once-32-bit-big-endian": (
        File(elf_class=32, order=">", machine=20, stack=PF_X, build_id=BUILD_ID, dynamic=((22, 0), (36, 0))),
        Traits(executable_stack=True, text_relocations=True, relr=True, build_id=BUILD_ID.hex()),
    ),
}


@pytest.mark.parametrize("name", TRAITS)
def test_a_file_has_the_traits_that_were_written(name: str) -> None:
    file, expected = TRAITS[name]
    assert read(build(file).data).traits == expected
    assert (
        read(build(replace(file, sections=False, tail=True, symbols=(Symbol("f", defined=True),))).data).traits
        == expected
    )


@pytest.mark.parametrize("name", FILES)
def test_a_file_reads_as_what_was_written(name: str) -> None:
    file, expected = FILES[name]
    data = build(file).data
    assert read(data) == expected
    assert read_linkage(data).image == expected


MACHINES = [
    (3, 32, "<", "i686"),
    (8, 32, "<", "mipsel"),
    (8, 64, "<", "mips64el"),
    (40, 32, "<", "armv7l"),
    (62, 64, "<", "x86_64"),
    (183, 64, "<", "aarch64"),
    (21, 64, "<", "ppc64le"),
    (22, 64, ">", "s390x"),
    (243, 32, "<", "riscv32"),
    (243, 64, "<", "riscv64"),
    (258, 64, "<", "loongarch64"),
    (183, 64, ">", "machine 183"),
    (4711, 64, "<", "machine 4711"),
]


@pytest.mark.parametrize(("machine", "elf_class", "order", "name"), MACHINES)
def test_machines_have_the_names_of_wheel_tags(machine: int, elf_class: int, order: str, name: str) -> None:
    file = replace(PLAIN, machine=machine, elf_class=elf_class, order=order)
    assert read(build(file).data) == PLAIN_IMAGE._replace(machine=name, elf_class=elf_class)


def test_a_name_behind_trailing_bytes_of_the_file_is_still_found() -> None:
    assert read(build(PLAIN).data + b"appended, as installers do" * 100) == PLAIN_IMAGE


def test_an_empty_gnu_hash_that_counts_the_rows_is_believed() -> None:
    # gold, lld and mold write the number of symbols where GNU ld writes 1.
    built = build(replace(NO_EXPORTS, sections=False))
    assert read(built.patched("gnu_hash", 4, "I", 4)) == NO_EXPORTS_IMAGE


def test_a_count_of_65535_program_headers_means_that_section_header_0_has_it() -> None:
    built = build(PLAIN)
    data = bytearray(built.patched("header", 56, "H", 0xFFFF))
    data[built.places["shdr"] + 44] = 2
    assert read(bytes(data)) == PLAIN_IMAGE


LINKED = File(
    soname="libown.so",
    verdef=(defined("libown.so", 1, base=True), defined("OWN_1", 2), defined("OWN_2", 3)),
    verneed=(need(LIBC, ("GLIBC_2.4", 4)),),
    symbols=(
        Symbol("read", 4),
        Symbol("maybe", 4, binding=elf.STB_WEAK),
        Symbol("loose"),
        Symbol("loose_maybe", binding=elf.STB_WEAK),
        Symbol("old", 2 | elf.HIDDEN, defined=True),
        Symbol("old", 3, defined=True),
        Symbol("base", 1, defined=True),
        Symbol("base_hidden", 1 | elf.HIDDEN, defined=True),
        Symbol("weak", 3, defined=True, binding=elf.STB_WEAK),
        Symbol("protected", 3, defined=True, visibility=elf.STV_PROTECTED),
        Symbol("not_for_others", 3, defined=True, visibility=elf.STV_HIDDEN),
        Symbol("not_at_all", 3, defined=True, visibility=elf.STV_INTERNAL),
        Symbol("local", 0, defined=True, binding=elf.STB_LOCAL),
        Symbol("section", 1, defined=True, type=elf.STT_SECTION),
        Symbol("file", 1, defined=True, type=elf.STT_FILE),
        Symbol("environ", 4, defined=True, type=elf.STT_OBJECT),
    ),
)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(LINKED, id="gnu-hash"),
        pytest.param(replace(LINKED, hash="sysv", sections=False), id="dt-hash"),
        pytest.param(replace(LINKED, hash="none"), id="sections"),
    ],
)
def test_linkage_has_every_export_and_reference_in_table_order(file: File) -> None:
    assert read_linkage(build(file).data) == Linkage(
        NOTHING._replace(
            soname=Soname("libown.so"),
            verdef=LINKED.verdef,
            requirements=(required(LIBC, "GLIBC_2.4", "environ", "maybe", "read"),),
            unversioned=(SymbolName("loose"), SymbolName("loose_maybe")),
            weak_symbols=frozenset({SymbolName("maybe"), SymbolName("loose_maybe")}),
        ),
        exports=(
            export("old", "OWN_1", hidden=True),
            export("old", "OWN_2"),
            export("base", None),
            export("base_hidden", None, hidden=True),
            export("weak", "OWN_2"),
            export("protected", "OWN_2"),
            export("environ", "GLIBC_2.4"),
        ),
        references=(
            reference("read", "GLIBC_2.4", LIBC),
            reference("maybe", "GLIBC_2.4", LIBC, weak=True),
            reference("loose"),
            reference("loose_maybe", weak=True),
            reference("environ", "GLIBC_2.4", LIBC),
        ),
    )


def test_a_library_without_versions_exports_and_wants_names_alone() -> None:
    file = File(versioned=False, symbols=(Symbol("wanted"), Symbol("mine", defined=True)))
    linkage = read_linkage(build(file).data)
    assert (linkage.exports, linkage.references) == ((export("mine", None),), (reference("wanted"),))


@pytest.mark.parametrize(("order", "elf_class"), [("<", 64), (">", 32)])
def test_a_brief_look_leaves_out_names_without_a_version_and_nothing_else(order: str, elf_class: int) -> None:
    names = [f"loose{number:02}" for number in range(EXAMPLES + 3)]
    needs = (need(LIBC, ("GLIBC_2.2.5", 2), ("GLIBC_2.34", 3)),)
    symbols = [Symbol("puts", 2), Symbol("hook", 3, binding=elf.STB_WEAK), *map(Symbol, names)]
    data = build(File(elf_class, order, needed=(LIBC,), verneed=needs, symbols=tuple(symbols))).data
    whole, brief = read(data), read(data, brief=True)
    assert (len(whole.unversioned), whole.unread, sorted(whole.weak_symbols)) == (EXAMPLES + 3, 0, ["hook"])
    assert brief == whole._replace(unversioned=whole.unversioned[:EXAMPLES], unread=3, weak_symbols=frozenset())


@pytest.mark.parametrize(("order", "elf_class"), [("<", 64), (">", 32)])
def test_an_unordered_look_has_the_names_without_a_version_as_they_stand(order: str, elf_class: int) -> None:
    names = (SymbolName("zeta"), SymbolName("alpha"), SymbolName("mid"))
    data = build(File(order=order, elf_class=elf_class, symbols=tuple(map(Symbol, names)))).data
    whole, unordered = read(data), read(data, unordered=True)
    assert whole.unversioned == tuple(sorted(names))
    assert unordered == whole._replace(unversioned=names)
