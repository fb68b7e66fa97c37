"""The traits of files that gcc makes, and of files whose notes lie.

What a trait is, byte by byte, is in `test_image`; here a linker's flag brings it about.
"""

from __future__ import annotations

import struct
import time
from pathlib import Path

import pytest

from glibcheck.elf.image import read
from glibcheck.errors import NotDynamicError
from glibcheck.model.image import ElfImage, Traits
from glibcheck.model.names import Soname
from tests.elf import notes
from tests.elf.build import ALIGN, PT_NOTE, File, build
from tests.elf.compiled import ALONE, caller, compiled, library, made_up
from tests.elf.notes import note
from tests.elf.test_image import required
from tests.tools import missing, need, output

SECONDS = 2.0  # far above what a hostile file takes, far below what going through all its notes would
TEXT = "static int a, b; int *table[] = {&a, &b}; int f(int n) { return *table[n]; }\n"
QUIET = Traits(executable_stack=False)


def traits(path: Path) -> Traits:
    return read(path.read_bytes()).traits


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        pytest.param("-z,noexecstack", QUIET, id="noexecstack"),
        pytest.param("-z,execstack", Traits(executable_stack=True), id="execstack"),
        pytest.param("--build-id=none", QUIET, id="no-build-id"),
        pytest.param("--build-id=0xABCD12", QUIET._replace(build_id="abcd12"), id="build-id-given"),
        pytest.param("-z,x86-64-baseline", QUIET._replace(isa_level="x86-64-baseline"), id="baseline"),
        pytest.param("-z,x86-64-v2", QUIET._replace(isa_level="x86-64-v2"), id="x86-64-v2"),
        pytest.param("-z,x86-64-v3", QUIET._replace(isa_level="x86-64-v3"), id="x86-64-v3"),
        pytest.param("-z,x86-64-v4", QUIET._replace(isa_level="x86-64-v4"), id="x86-64-v4"),
        pytest.param(
            "-z,x86-64-v3,-z,execstack,--build-id=0x01",
            Traits(executable_stack=True, isa_level="x86-64-v3", build_id="01"),
            id="three-at-once",
        ),
        pytest.param("-z,now,-z,relro", QUIET, id="other-flags"),
    ],
)
def test_a_flag_of_the_linker_is_a_trait(flag: str, expected: Traits, tmp_path: Path) -> None:
    assert traits(library(tmp_path / "it.so", TEXT, f"-Wl,{flag}")) == expected


def test_a_build_id_is_what_readelf_prints(tmp_path: Path) -> None:
    made = library(tmp_path / "it.so", TEXT, "-Wl,--build-id=sha1")
    build_id = traits(made).build_id
    assert build_id is not None
    assert len(build_id) == 40
    assert f"Build ID: {build_id}\n" in output("readelf", "-nW", str(made))


def test_a_level_that_the_assembler_saw_in_use_is_not_needed(tmp_path: Path) -> None:
    made = library(tmp_path / "it.so", TEXT, "-Wa,-mx86-used-note=yes", "-march=x86-64-v3")
    assert "x86 ISA used" in output("readelf", "-nW", str(made))
    assert traits(made) == QUIET


def test_a_file_without_pt_gnu_stack_does_not_say(tmp_path: Path) -> None:
    (tmp_path / "it.s").write_text(".globl f\nf: ret\n")
    made = tmp_path / "it.so"
    output("gcc", "-nostdlib", "-shared", "-Wl,--build-id=none", "-o", str(made), str(tmp_path / "it.s"))
    assert "GNU_STACK" not in output("readelf", "-lW", str(made))
    assert traits(made) == Traits()


def test_code_that_is_not_position_independent_is_relocated_in_its_text(tmp_path: Path) -> None:
    flags = (*ALONE, "-shared", "-fno-pic", "-mcmodel=large", "-Wl,-z,notext")
    made = compiled(tmp_path / "it.so", "extern int far; int f(void) { return far; }\n", *flags)
    assert traits(made) == QUIET._replace(text_relocations=True)
    assert not traits(library(tmp_path / "pic.so", "extern int far; int f(void) { return far; }\n")).text_relocations


def test_packed_relocations_are_a_trait_and_a_requirement_without_symbols(tmp_path: Path) -> None:
    if "pack-relative-relocs" not in output("ld", "--help"):
        missing("ld -z pack-relative-relocs")
    versions = {"GLIBC_2.2.5": ["puts"], "GLIBC_2.36": ["arc4random"], "GLIBC_ABI_DT_RELR": ["marker"]}
    libc = made_up(tmp_path, "libc.so.6", versions)
    text = f"void puts(void); void g(void) {{ puts(); }}\n{TEXT}"
    made = library(tmp_path / "it.so", text, str(libc), "-Wl,-z,pack-relative-relocs")
    image = read(made.read_bytes())
    assert image.traits == QUIET._replace(libc="glibc", relr=True)
    assert image.requirements == (
        required("libc.so.6", "GLIBC_2.2.5", "puts"),
        required("libc.so.6", "GLIBC_ABI_DT_RELR"),
    )


LIBRARIES = {
    "libc.so.6": QUIET._replace(libc="glibc"),
    "ld-linux-x86-64.so.2": QUIET._replace(libc="glibc"),
    "libc.musl-x86_64.so.1": QUIET._replace(libc="musl"),
    "libc.so": QUIET._replace(libc="musl"),
    "libpython3.11.so.1.0": QUIET._replace(python=Soname("libpython3.11.so.1.0")),
    "libpython3.so": QUIET._replace(python=Soname("libpython3.so")),
    "libpythonic.so.1": QUIET,
    "libcc.so.6": QUIET,
}


@pytest.mark.parametrize("soname", LIBRARIES)
def test_a_library_that_is_linked_to_is_a_trait_by_its_name(soname: str, tmp_path: Path) -> None:
    used = made_up(tmp_path, soname, {"MADE_UP_1": ["made_up"]})
    image = read(caller(tmp_path / "it.so", ["made_up"], used).read_bytes())
    assert (image.needed, image.traits) == ((Soname(soname),), LIBRARIES[soname])


@pytest.mark.parametrize("flags", [pytest.param((), id="program"), pytest.param(("-shared", "-fPIC"), id="library")])
def test_what_musl_gcc_makes_is_for_musl_and_names_no_version(flags: tuple[str, ...], tmp_path: Path) -> None:
    need("musl-gcc")
    text = '#include <stdio.h>\nint main(void) { return puts("main"); }\n'
    image = read(compiled(tmp_path / "it", text, *flags, compiler="musl-gcc").read_bytes())
    assert (image.traits.libc, image.requirements) == ("musl", ())
    assert "puts" in image.unversioned


@pytest.mark.parametrize("flag", ["-static-pie", "-static"])
def test_a_static_program_needs_nothing_and_names_no_libc(flag: str, tmp_path: Path) -> None:
    text = "void _start(void) { for (;;) {} }\n"
    made = compiled(tmp_path / "it", text, *ALONE, flag, "-fPIE")
    if flag == "-static":
        with pytest.raises(NotDynamicError, match="a static executable"):
            read(made.read_bytes())
    else:
        image = read(made.read_bytes())
        assert (image.needed, image.interp, image.requirements, image.traits) == ((), None, (), QUIET)


GNU = b"GNU\0"
GOOD = note("<", notes.NT_GNU_BUILD_ID, b"\x01\x02")
BIG = 0xFFFFFFFF
# Each row: the p_align and the content of a PT_NOTE that gives no build-id and no level.
HOSTILE: dict[str, tuple[int, bytes]] = {
    "empty": (4, b""),
    "header-cut-short": (4, GOOD[:11]),
    "owner-cut-short": (4, GOOD[:14]),
    "descriptor-cut-short": (4, GOOD[:17]),
    "owner-of-4-gigabytes": (4, struct.pack("<III", BIG, 2, 3) + GOOD),
    "descriptor-of-4-gigabytes": (4, struct.pack("<III", 4, BIG, 3) + GNU + GOOD),
    "both-of-4-gigabytes": (8, struct.pack("<III", BIG, BIG, 5) + GNU + GOOD),
    "owner-without-zero": (4, note("<", 3, b"\1\2", owner=b"GNUS")),
    "owner-that-only-starts-so": (4, note("<", 3, b"\1\2", owner=b"GNU\0more")),
    "zeros": (4, bytes(1 << 20)),
    "zeros-aligned-to-8": (8, bytes(1 << 20)),
    "notes-without-owner-and-descriptor": (4, struct.pack("<III", 0, 0, 3) * 100_000),
    "owner-that-goes-on-through-the-file": (4, struct.pack("<III", 1 << 19, 0, 3) + GNU * (1 << 18) + GOOD),
    "properties-of-no-bytes": (8, note("<", 5, struct.pack("<II", 0xC0000002, 0) * 8000, align=8)),
    "property-of-4-gigabytes": (8, note("<", 5, struct.pack("<II", 0xC0000002, BIG) + GOOD, align=8)),
    "property-cut-short": (8, note("<", 5, struct.pack("<II", notes.X86_ISA_1_NEEDED, 4), align=8)),
    "level-of-8-bytes": (8, note("<", 5, struct.pack("<IIQ", notes.X86_ISA_1_NEEDED, 8, notes.V3), align=8)),
    "level-of-no-bytes": (8, note("<", 5, struct.pack("<IIQ", notes.X86_ISA_1_NEEDED, 0, notes.V3), align=8)),
    "level-that-nobody-knows": (8, notes.properties("<", 64, (notes.X86_ISA_1_NEEDED, 1 << 31))),
    "alignment-of-0": (0, struct.pack("<III", BIG, BIG, 3)),
    "alignment-of-4-gigabytes": (BIG, struct.pack("<III", BIG, BIG, 3)),
}


def timed(data: bytes) -> ElfImage:
    start = time.process_time()
    image = read(data)
    assert time.process_time() - start < SECONDS
    return image


@pytest.mark.parametrize("align", [0, 1, 2, 4, 16, 8])
def test_notes_are_padded_to_4_bytes_and_to_8_where_the_segment_says_so(align: int) -> None:
    padding = 8 if align == 8 else 4
    content = b"".join(
        note("<", kind, descriptor, align=padding)
        for kind, descriptor in ((notes.NT_GNU_ABI_TAG, bytes(17)), (notes.NT_GNU_BUILD_ID, b"\xab"))
    )
    assert read(build(File(notes=((align, content),))).data).traits == Traits(build_id="ab")


@pytest.mark.parametrize("damage", HOSTILE)
@pytest.mark.parametrize("sections", [True, False])
def test_a_hostile_note_gives_no_trait(damage: str, sections: bool) -> None:
    assert timed(build(File(notes=(HOSTILE[damage],), sections=sections)).data).traits == Traits()


@pytest.mark.parametrize("damage", [damage for damage in HOSTILE if len(HOSTILE[damage][1]) < 1 << 16])
def test_a_hostile_note_does_not_hide_the_next_segment(damage: str) -> None:
    assert timed(build(File(notes=(HOSTILE[damage],), build_id=b"\xab")).data).traits == Traits(build_id="ab")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param(8, 0xFFFFFFFFFFFFFFFF, id="p-offset-outside"),
        pytest.param(8, 1 << 20, id="p-offset-behind-the-end"),
        pytest.param(32, 0, id="p-filesz-0"),
    ],
)
def test_a_note_segment_that_lies_outside_gives_no_trait(field: int, value: int) -> None:
    built = build(File(build_id=b"\xab"))
    assert timed(built.patched("phdr", 2 * 56 + field, "Q", value)).traits == Traits()


def test_a_note_segment_that_is_longer_than_the_file_is_read_as_far_as_it_goes() -> None:
    built = build(File(build_id=b"\xab"))
    data = built.patched("phdr", 2 * 56 + 32, "Q", 0xFFFFFFFFFFFFFFFF)
    assert timed(data).traits == Traits(build_id="ab")


def test_thousands_of_segments_that_show_the_same_notes_are_not_all_read() -> None:
    count, content = 20_000, struct.pack("<III", 0, 0, 3) * 5_000
    built = build(File(notes=((4, content),)))
    data = bytearray(built.data + bytes(-len(built.data) % ALIGN))
    own = data[built.places["phdr"] : built.places["phdr"] + 2 * 56]
    place = built.places["note0"]
    shown = struct.pack("<IIQQQQQQ", PT_NOTE, 4, place, place, place, len(content), len(content), 4)
    struct.pack_into("<Q", data, 32, len(data))
    struct.pack_into("<H", data, 56, 2 + count)
    assert timed(bytes(data + own + shown * count)).traits == Traits()
