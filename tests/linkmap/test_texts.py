"""Link maps that no linker at hand writes, damaged ones, and other texts: a refusal names the line."""

from __future__ import annotations

import pytest

from glibcheck.errors import MapError
from glibcheck.linkmap import read_map
from glibcheck.linkmap.inclusions import read_why_extract
from glibcheck.linkmap.pieces import Inclusion, Output, Piece, made_by_lto, split_member

LLD = """\
             VMA              LMA     Size Align Out     In      Symbol
             2a8              2a8       18     4 .note.gnu.build-id
             2a8              2a8       18     4         <internal>:(.note.gnu.build-id)
            1000             1000        0     1 . = ALIGN(CONSTANT(MAXPAGESIZE))
            1000             1000       40    16 .text
            1000             1000       10    16         lib (x)/liba.a(b (1).o):(.text.f)
            1000             1000       10     1                 f(int)
            1010             1010        8     1         . = 0x10
            1018             1018       18     8         a.o:(.eh_frame+0x18)
               0                0       42     1 .comment
              10               10        8     1         a.o:(.comment)
"""
BFD = """\
Archive member included to satisfy reference by file (symbol)

liba.a(b.o)                   (f)

Memory Configuration

Name             Origin             Length             Attributes
RAM              0x0000000020000000 0x0000000000010000 xrw
*default*        0x0000000000000000 0xffffffffffffffff

LOAD liba.a

.text           0x0000000000001000       0x40
 *(.text .text.*)
 .text          0x0000000000001000       0x10 liba.a(b.o)
                0x0000000000001000                f
 *fill*         0x0000000000001010        0x8
 .text.of_a_name_that_is_long
                0x0000000000001018       0x18 /a b/c.o
                                         0x20 (size before relaxing)
OUTPUT(x.so elf64-x86-64)
"""
GOLD = """\

Memory map

.text           0x0000000000001000       0x40
 .text          0x0000000000001000       0x10 liba.a(b.o)
 ** fill        0x0000000000001010        0x8
"""
MOLD = """\
               VMA       Size Align Out     In      Symbol
            0x1000         64    16 .text
            0x1000         16    16         liba.a(b.o):(.text)
            0x1000          0     0                 f
"""


def test_lld_rows_become_pieces() -> None:
    linkmap = read_map(LLD)
    assert linkmap.outputs == (Output(".note.gnu.build-id", 0x2A8, 0x18), Output(".text", 0x1000, 0x40))
    assert linkmap.pieces == (
        Piece(".text.f", ".text", 0x1000, 0x10, "lib (x)/liba.a", "b (1).o"),
        Piece(".eh_frame", ".text", 0x1018, 0x18, "a.o", None),
    )


OLD_LLD = """\
Address          Size             Align Out     In      Symbol
0000000000001000 0000000000000040    16 .text
0000000000001000 0000000000000010    16         lib (x)/liba.a(b (1).o):(.text.f)
0000000000001000 0000000000000010     0                 f(int)
"""


def test_the_map_of_an_older_lld_without_load_addresses_is_read() -> None:
    linkmap = read_map(OLD_LLD)
    assert linkmap.linker == "lld"
    assert linkmap.outputs == (Output(".text", 0x1000, 0x40),)
    assert linkmap.pieces == (Piece(".text.f", ".text", 0x1000, 0x10, "lib (x)/liba.a", "b (1).o"),)


def test_bfd_rows_become_pieces() -> None:
    linkmap = read_map(BFD)
    assert linkmap.outputs == (Output(".text", 0x1000, 0x40),)
    assert linkmap.pieces == (
        Piece(".text", ".text", 0x1000, 0x10, "liba.a", "b.o"),
        Piece(".text.of_a_name_that_is_long", ".text", 0x1018, 0x18, "/a b/c.o", None),
    )
    assert linkmap.inclusions == (Inclusion("liba.a", "b.o", "", "f"),)


@pytest.mark.parametrize("text", [GOLD, MOLD], ids=["gold", "mold"])
def test_rows_become_pieces(text: str) -> None:
    assert read_map(text).pieces == (Piece(".text", ".text", 0x1000, 0x10, "liba.a", "b.o"),)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "a map of GNU ld, gold, lld or mold is expected"),
        ("gcc -c a.c\nld: a.o: reference to pow\n", 1, "is expected"),
        ("\0" * 1000, 1, "is expected"),
        (BFD[: BFD.index("OUTPUT")], 21, "cut off"),
        (BFD[: BFD.index(" *fill")], 17, "cut off"),
        ("LOAD a.o\nOUTPUT(x elf64-x86-64)\n", 3, "ends before its first section"),
        (LLD.split("\n", maxsplit=1)[0], 1, "ends before its first section"),
        (LLD[:-20], 11, "a row of the map of lld"),
        (LLD.replace("1010 ", "101g ", 1), 8, "a row of the map of lld"),
        (LLD.replace("            1010", "9" * 5000, 1), 8, "a row of the map of lld"),
        (MOLD.replace("16    16", "1f    16", 1), 3, "a row of the map of mold"),
        ("\n\n" + MOLD + "make: done\n", 7, "a row of the map of mold"),
    ],
)
def test_what_is_no_map_is_refused_with_the_line(text: str, line: int, words: str) -> None:
    with pytest.raises(MapError, match=words) as caught:
        read_map(text)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"line {caught.value.line}: ")


@pytest.mark.parametrize("text", [LLD, BFD, GOLD, MOLD], ids=["lld", "bfd", "gold", "mold"])
def test_a_map_cut_anywhere_is_refused_or_has_fewer_pieces(text: str) -> None:
    whole = read_map(text)
    for end in range(len(text)):
        try:
            part = read_map(text[:end])
        except MapError:
            continue
        assert len(part.pieces) <= len(whole.pieces)


@pytest.mark.parametrize(
    "line",
    [
        " " * 200_000,
        "(" * 200_000,
        ")" * 200_000,
        "a " * 100_000,
        " .text" + " " * 200_000,
        "0x1 " * 50_000,
        " *(" * 60_000,
    ],
    ids=["spaces", "openings", "closings", "words", "padding", "numbers", "patterns"],
)
def test_lines_without_end_take_no_time_without_end(line: str) -> None:
    hostile = BFD.replace("Memory Configuration", f"{line}\nMemory Configuration")
    assert read_map(hostile.replace("OUTPUT", f"{line}\n .text 0x1000 0x1 {line}\nOUTPUT")).linker == "bfd"
    with pytest.raises(MapError):
        read_map(LLD + line + "\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.o", ("a.o", None)),
        ("liba.a(b.o)", ("liba.a", "b.o")),
        ("my (dir)/liba.a(b (1).o)", ("my (dir)/liba.a", "b (1).o")),
        ("dir (x)/a.o", ("dir (x)/a.o", None)),
        ("(a.o)", ("(a.o)", None)),
        ("a.o)", ("a.o)", None)),
        ("", ("", None)),
    ],
)
def test_members_are_split_from_their_archive(text: str, expected: tuple[str, str | None]) -> None:
    assert split_member(text) == expected


@pytest.mark.parametrize(
    ("path", "made"),
    [
        ("/tmp/ccAbC.ltrans0.ltrans.o", True),  # noqa: S108 (a name only)
        ("x.so.ltrans12.ltrans.o", True),
        ("/tmp/lto-llvm-02bac0.o", True),  # noqa: S108
        ("lto.tmp", True),
        ("x.so.lto.o", True),
        ("x.lto.main.o", True),
        ("lto.o", False),
        ("src/ltrans.o", False),
        ("libfoo.a", False),
    ],
)
def test_objects_of_link_time_optimization_are_known_by_name(path: str, made: bool) -> None:
    assert made_by_lto(path) is made


def test_long_names_of_archives_and_letters_of_two_bytes_keep_the_columns() -> None:
    rows = "/very/long/path/of/an/archive/libx.a(b.o)\n" + " " * 30 + "a.o (f(int, char))\n" + "d\xe9/l.a(m.o)"
    text = BFD.replace("liba.a(b.o)                   (f)", rows + " " * (30 - 12) + "x (y)/a.o (g)")
    assert read_map(text).inclusions == (
        Inclusion("/very/long/path/of/an/archive/libx.a", "b.o", "a.o", "f(int, char)"),
        Inclusion("d\xe9/l.a", "m.o", "x (y)/a.o", "g"),
    )


def test_why_extract_is_read() -> None:
    text = "reference\textracted\tsymbol\na.o\tliba.a(b.o)\tf(int)\n<internal>\tliba.a(c.o)\tmain\n"
    assert read_why_extract(text) == (
        Inclusion("liba.a", "b.o", "a.o", "f(int)"),
        Inclusion("liba.a", "c.o", "<internal>", "main"),
    )
    for damaged, line in (("", 1), ("a\tb\tc\n", 1), (text + "\n", 4), (text + "a\tb\n", 4)):
        with pytest.raises(MapError) as caught:
            read_why_extract(damaged)
        assert caught.value.line == line
