"""The report of a build for people: whole texts for whole outcomes."""

from __future__ import annotations

from glibcheck.model.finding import ScannedFile
from glibcheck.model.lowering import Left, Lost, Lowering, Solved
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.verdict import Finding
from glibcheck.report.build_text import render
from glibcheck.report.ink import Ink
from tests.values import LIBC, image, required, target

FILE = "pkg/_a.so"
CXX = "_ZNSt6thread4joinEv"
TAG = "manylinux_2_17_x86_64"


def scanned(path: str, *versions: str) -> ScannedFile:
    return ScannedFile(path, image(*(required(LIBC, name, "x") for name in versions)))


def solved(version: str, symbol: str, how: str) -> Solved:
    return Solved(FILE, Soname(LIBC), VersionName(version), SymbolName(symbol), how, "")  # type: ignore[arg-type]


PLAIN = (scanned(FILE, "GLIBC_2.34", "GLIBCXX_3.4.29"),)
LOWERED = (scanned(FILE, "GLIBC_2.14"),)
NONE = Lowering("little", target("2.17", "3.4.19"), "private", PLAIN, LOWERED, (), (), ())
VECTOR = Finding(
    "GC003", "_ZGVbN2v_sin has no version", "no stand-in is made: compile without", symbol=SymbolName("_ZGVbN2v_sin")
)
HEADING = """\
little, target glibc-2.17

Needs
  pkg/_a.so
    GLIBC    2.34 -> 2.14
    GLIBCXX  3.4.29 -> none
"""


def test_a_build_that_holds_tells_what_became_of_each_symbol() -> None:
    rows = (
        solved("GLIBC_2.29", "pow", "older version"),
        solved("GLIBC_2.34", "dlsym", "former library"),
        solved("GLIBC_2.25", "getrandom", "compat function"),
        solved("GLIBCXX_3.4.29", CXX, "static runtime"),
        solved("GLIBCXX_3.4.22", "_Zx", "static runtime"),
        solved("CXXABI_1.3.13", "_Zy", "static runtime"),
    )
    result = NONE._replace(solved=rows, wheel="dist/x.whl", tag=TAG, grafted=(Soname("libx.so.1"),))
    assert (
        render(result, Ink())
        == HEADING
        + f"""
Solved
  bound to an older version:
    pow
  bound to an older version, in the library that had it then:
    dlsym
  a compat function, linked in:
    getrandom
  in the C++ runtime, which is linked in and hidden:
    3 symbols, of up to CXXABI_1.3.13 and GLIBCXX_3.4.29

Libraries of this system that the wheel brings along
  libx.so.1

Made dist/x.whl, which auditwheel calls {TAG}; it imports here.
"""
    )


def test_what_is_left_is_told_with_who_brought_it_and_what_to_do() -> None:
    objects = tuple(f"build/{name}.o" for name in "abcdef")
    text = render(NONE._replace(left=(Left(FILE, VECTOR, objects),)), Ink())
    assert (
        text
        == HEADING
        + """
Left
  pkg/_a.so: GC003 _ZGVbN2v_sin has no version
      brought by build/a.o, build/b.o, build/c.o, build/d.o, 2 more
      no stand-in is made: compile without

Not within glibc-2.17; no wheel was kept.
"""
    )


LOST = NONE._replace(
    lost=(
        Lost(FILE, "libgomp.so.1 is not linked any more"),
        Lost(FILE, "not asked for any more", (SymbolName("GOMP_parallel"), SymbolName(CXX))),
    )
)


def test_what_is_lost_is_told_with_what_to_do_about_it() -> None:
    assert (
        render(LOST, Ink())
        == HEADING
        + f"""
Lost against the plain build
  pkg/_a.so: libgomp.so.1 is not linked any more
  pkg/_a.so: not asked for any more
    GOMP_parallel, {CXX}
  The build itself found that the older system lacks something, and went on without it: see its probes.
  If the wheel is right as it is, build with --no-compare.

Within glibc-2.17, but less than the plain build; no wheel was kept.
"""
    )


def test_names_are_those_of_the_source_on_a_terminal() -> None:
    text = render(LOST, Ink(demangle=True))
    assert "GOMP_parallel, std::thread::join()\n" in text
    assert CXX not in text


def test_many_names_are_cut_to_a_count() -> None:
    rows = tuple(solved("GLIBC_2.29", f"f{number:02}", "older version") for number in range(15))
    assert "f11, 3 more\n" in render(NONE._replace(solved=rows), Ink())


def test_a_wheel_without_elf_files_is_said_to_be_kept_as_it_is() -> None:
    pure = NONE._replace(before=(), after=(), wheel="dist/x-py3-none-any.whl")
    assert render(pure, Ink()) == (
        "little, target glibc-2.17\n\nMade dist/x-py3-none-any.whl. It has no ELF file, so it is kept as it is.\n"
    )


def test_without_a_plain_build_only_the_result_is_shown() -> None:
    assert "  pkg/_a.so\n    GLIBC    2.14\n" in render(NONE._replace(before=None), Ink())


def test_a_last_step_that_fails_is_told() -> None:
    text = render(NONE._replace(failure="import of the built modules: ImportError: no\x1b[2J"), Ink())
    assert "Failed\n  import of the built modules: ImportError: no\\x1b[2J\n" in text
    assert text.endswith("\nWithin glibc-2.17, but the last step failed; no wheel was kept.\n")


def test_names_of_files_have_no_power() -> None:
    evil = "pkg/\x1b[2J.so"
    text = render(NONE._replace(after=(scanned(evil, "GLIBC_2.14"),), before=None), Ink())
    assert "\x1b" not in text
