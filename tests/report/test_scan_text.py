"""The report of a scan for people: whole texts for whole scans."""

from __future__ import annotations

import pytest

from glibcheck.model.finding import Failure, Passed, ScannedFile
from glibcheck.model.image import ElfImage, Requirement, Traits
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.report.ink import Ink
from glibcheck.report.scan_text import render, render_lines


def required(library: str, version: str, *symbols: str, weak: bool = False) -> Requirement:
    return Requirement(Soname(library), VersionName(version), weak, tuple(map(SymbolName, symbols)))


def scanned(path: str, *requirements: Requirement, unversioned: tuple[str, ...] = ()) -> ScannedFile:
    image = ElfImage(
        machine="x86_64",
        elf_class=64,
        soname=None,
        needed=(),
        rpath=None,
        runpath=None,
        interp=None,
        verdef=(),
        requirements=requirements,
        unversioned=tuple(map(SymbolName, unversioned)),
    )
    return ScannedFile(path, image)


def rendered(*files: ScannedFile, ink: Ink | None = None) -> str:
    """Give the paragraphs, without the line that sums up several files."""
    return "\n".join("".join(render([file], ink or Ink())) for file in files)


FULL = scanned(
    "build/_thing.so",
    required("libc.so.6", "GLIBC_2.2.5", "free", "malloc"),
    required("libc.so.6", "GLIBC_2.14", "memcpy"),
    required("libc.so.6", "GLIBC_2.34", "dlopen"),
    required("libc.so.6", "GLIBC_PRIVATE", "__libc_early_init"),
    required("libgcc_s.so.1", "GCC_3.0", "_Unwind_Resume"),
    required("libm.so.6", "GLIBC_2.29", "pow"),
    required("libstdc++.so.6", "CXXABI_1.3", "__cxa_throw"),
    required("libstdc++.so.6", "GLIBCXX_3.4.9", "_ZSt1a"),
    required("libstdc++.so.6", "GLIBCXX_3.4.30", "_ZSt2b"),
    unversioned=("PyList_New", "__gmon_start__"),
)


def test_versions_stand_glibc_first_newest_first_and_those_without_number_last() -> None:
    assert rendered(FULL) == (
        "build/_thing.so  x86_64\n"
        "  needs glibc 2.34 and libstdc++ of GCC 12.1 (GLIBCXX_3.4.30), or newer\n"
        "  GLIBC_2.34      libc.so.6       dlopen\n"
        "  GLIBC_2.29      libm.so.6       pow\n"
        "  GLIBC_2.14      libc.so.6       memcpy\n"
        "  GLIBC_2.2.5     libc.so.6       free, malloc\n"
        "  CXXABI_1.3      libstdc++.so.6  __cxa_throw\n"
        "  GCC_3.0         libgcc_s.so.1   _Unwind_Resume\n"
        "  GLIBCXX_3.4.30  libstdc++.so.6  _ZSt2b\n"
        "  GLIBCXX_3.4.9   libstdc++.so.6  _ZSt1a\n"
        "  GLIBC_PRIVATE   libc.so.6       __libc_early_init\n"
        "  is private to one build of glibc (GLIBC_PRIVATE)\n"
        "  2 without a version:\n"
        "    PyList_New, __gmon_start__\n"
    )


def test_files_are_paragraphs_in_the_order_given() -> None:
    assert rendered(scanned("b.so"), scanned("a.so", required("libc.so.6", "GLIBC_2.4", "read"))) == (
        "b.so  x86_64\n"
        "  needs no symbol versions at all\n"
        "\n"
        "a.so  x86_64\n"
        "  needs glibc 2.4, or newer\n"
        "  runs on Debian 8, Ubuntu 14.04, RHEL 6 and newer\n"
        "  GLIBC_2.4  libc.so.6  read\n"
    )


def test_failures_are_not_part_of_the_text() -> None:
    assert list(render([Failure("gone.so", "cannot be opened")], Ink())) == []


def test_a_weak_version_is_marked_and_does_not_decide_the_summary() -> None:
    weak = required("libc.so.6", "GLIBC_2.36", "arc4random", weak=True)
    assert rendered(scanned("a.so", required("libc.so.6", "GLIBC_2.4", "read"), weak)) == (
        "a.so  x86_64\n"
        "  needs glibc 2.4, or newer\n"
        "  runs on Debian 8, Ubuntu 14.04, RHEL 6 and newer\n"
        "  GLIBC_2.36 (weak)  libc.so.6  arc4random\n"
        "  GLIBC_2.4          libc.so.6  read\n"
    )


def test_a_version_that_no_symbol_asks_for_says_so() -> None:
    marker = required("libc.so.6", "GLIBC_ABI_DT_RELR")
    assert rendered(scanned("a.so", required("libc.so.6", "GLIBC_2.36", "strlcpy"), marker)).splitlines()[3:] == [
        "  GLIBC_2.36         libc.so.6  strlcpy",
        "  GLIBC_ABI_DT_RELR  libc.so.6  (no symbol names it)",
    ]


@pytest.mark.parametrize(
    ("needs", "summary"),
    [
        pytest.param([("libc.so.6", "GLIBC_2.17")], "needs glibc 2.17, or newer", id="glibc"),
        pytest.param(
            [("libstdc++.so.6", "GLIBCXX_3.4.21")],
            "needs libstdc++ of GCC 5.1 (GLIBCXX_3.4.21), or newer",
            id="libstdc++",
        ),
        pytest.param(
            [("libstdc++.so.6", "GLIBCXX_3.4.99")],
            "needs libstdc++ newer than any known here (GLIBCXX_3.4.99), or newer",
            id="libstdc++-of-the-future",
        ),
        pytest.param([("libc.so.6", "GLIBC_PRIVATE")], "needs no numbered GLIBC or GLIBCXX version", id="private"),
        pytest.param([("libssl.so.3", "OPENSSL_3.0.0")], "needs no numbered GLIBC or GLIBCXX version", id="other"),
        pytest.param([], "needs no symbol versions at all", id="nothing"),
    ],
)
def test_the_summary_says_what_a_system_must_have(needs: list[tuple[str, str]], summary: str) -> None:
    rows = [required(library, version, "symbol") for library, version in needs]
    assert rendered(scanned("a.so", *rows)).splitlines()[1] == f"  {summary}"


@pytest.mark.parametrize(
    ("versions", "line"),
    [
        pytest.param(["GLIBC_2.34"], "runs on Debian 12, Ubuntu 22.04, RHEL 9 and newer", id="glibc"),
        pytest.param(
            ["GLIBC_2.4", "GLIBC_ABI_DT_RELR"], "runs on Debian 12, Ubuntu 24.04, RHEL 10 and newer", id="marker"
        ),
        pytest.param(["GLIBC_2.4", "CXXABI_1.3.15"], "runs on Debian 13, Ubuntu 24.04, RHEL 10 and newer", id="c++"),
        pytest.param(
            ["GLIBC_2.42"],
            "runs on Debian testing, Ubuntu 25.10 and newer, but on no RHEL known here",
            id="not-everywhere",
        ),
        pytest.param(["GLIBC_2.99"], "runs on no Debian, Ubuntu or RHEL known here", id="nowhere"),
    ],
)
def test_the_second_line_names_the_oldest_systems(versions: list[str], line: str) -> None:
    rows = [required("libc.so.6", version, "symbol") for version in versions]
    assert rendered(scanned("a.so", *rows)).splitlines()[2] == f"  {line}"


NEED = required("libc.so.6", "GLIBC_2.4", "read")
UNTOLD = {
    "nothing-of-glibc": scanned("a.so", required("libssl.so.3", "OPENSSL_3.0.0", "s")),
    "private": scanned("a.so", NEED, required("libc.so.6", "GLIBC_PRIVATE", "s")),
    "marker-of-unknown-age": scanned("a.so", NEED, required("libc.so.6", "GLIBC_ABI_NEW")),
    "musl": scanned("a.so", required("libstdc++.so.6", "GLIBCXX_3.4.21", "s")),
    "other-machine": scanned("a.so", NEED),
}
UNTOLD["musl"] = UNTOLD["musl"]._replace(image=UNTOLD["musl"].image._replace(traits=Traits(libc="musl")))
UNTOLD["other-machine"] = UNTOLD["other-machine"]._replace(
    image=UNTOLD["other-machine"].image._replace(machine="riscv64")
)


@pytest.mark.parametrize("file", UNTOLD.values(), ids=UNTOLD)
def test_no_system_is_named_where_versions_do_not_tell(file: ScannedFile) -> None:
    assert "runs on" not in rendered(file).replace("does not run on", "")


def test_names_are_those_of_the_source_where_the_ink_says_so() -> None:
    new, delete = "_ZNKSt6vectorIiSaIiEE2atEm", "_ZdlPv"
    file = scanned(
        "a.so", required("libstdc++.so.6", "GLIBCXX_3.4", new, delete, "plain"), unversioned=("_ZN1AD1Ev", "_ZN1AD2Ev")
    )
    assert rendered(file).splitlines()[3:] == [
        "  GLIBCXX_3.4  libstdc++.so.6  _ZNKSt6vectorIiSaIiEE2atEm, _ZdlPv, plain",
        "  2 without a version:",
        "    _ZN1AD1Ev, _ZN1AD2Ev",
    ]
    assert rendered(file, ink=Ink(demangle=True)).splitlines()[3:] == [
        "  GLIBCXX_3.4  libstdc++.so.6  std::vector<int, std::allocator<int> >::at(unsigned long) const",
        "                               operator delete(void*)",
        "                               plain",
        "  2 without a version:",
        "    A::~A()",
    ]


@pytest.mark.parametrize(
    ("count", "line"),
    [
        pytest.param(8, "    s0, s1, s2, s3, s4, s5, s6, s7", id="eight-are-shown"),
        pytest.param(9, "    s0, s1, s2, s3, s4, s5, s6, s7, 1 more", id="the-ninth-is-counted"),
        pytest.param(500, "    s0, s1, s2, s3, s4, s5, s6, s7, 492 more", id="many"),
    ],
)
def test_of_many_symbols_without_a_version_the_first_are_shown(count: int, line: str) -> None:
    found = rendered(scanned("a.so", unversioned=tuple(f"s{number}" for number in range(count))))
    assert found.splitlines()[-2:] == [f"  {count} without a version:", line]


@pytest.mark.parametrize("width", [60, 80, 100, 132])
def test_symbols_are_wrapped_under_their_column(width: int) -> None:
    symbols = tuple(f"symbol_{number}" for number in range(40))
    text = rendered(scanned("a.so", required("libc.so.6", "GLIBC_2.4", *symbols)), ink=Ink(width=width))
    lines = text.splitlines()[3:]
    assert lines[0].startswith("  GLIBC_2.4  libc.so.6  symbol_0, symbol_1, ")
    assert all(line.startswith(" " * 24 + "symbol_") for line in lines[1:])
    assert all(line.endswith(",") for line in lines[:-1])
    assert width - len("symbol_00,") <= max(map(len, lines)) <= width
    assert " ".join(line[24:] for line in lines) == ", ".join(symbols)


def test_colour_marks_path_summary_and_asides_only_when_asked_for() -> None:
    need = required("libc.so.6", "GLIBC_ABI_DT_RELR"), required("libc.so.6", "GLIBC_2.36", "strlcpy")
    file = scanned("a.so", *need, unversioned=("PyList_New",))
    coloured = rendered(file, ink=Ink(colour=True))
    assert coloured == (
        "\x1b[1ma.so\x1b[0m  \x1b[2mx86_64\x1b[0m\n"
        "  needs \x1b[1mglibc 2.36\x1b[0m, or newer\n"
        "  runs on Debian 12, Ubuntu 24.04, RHEL 10 and newer\n"
        "  GLIBC_2.36         libc.so.6  strlcpy\n"
        "  GLIBC_ABI_DT_RELR  libc.so.6  \x1b[2m(no symbol names it)\x1b[0m\n"
        "  1 without a version:\n"
        "    \x1b[2mPyList_New\x1b[0m\n"
    )
    plain = coloured
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[0m"):
        plain = plain.replace(code, "")
    assert rendered(file) == plain


def test_names_of_an_untrusted_file_reach_the_terminal_as_escapes() -> None:
    hostile = scanned(
        "a\nb\x1b[31m.so",
        required("lib\u202ec.so\udcff", "GLIBC_2.34\r\x9b2J", "sym\x07bol", "\u200f"),
        unversioned=("\x1b]0;title\x07", "\udc80"),
    )
    assert rendered(hostile) == (
        "a\\nb\\x1b[31m.so  x86_64\n"
        "  needs no numbered GLIBC or GLIBCXX version\n"
        "  GLIBC_2.34\\r\\x9b2J  lib\\u202ec.so\\udcff  sym\\x07bol, \\u200f\n"
        "  2 without a version:\n"
        "    \\x1b]0;title\\x07, \\udc80\n"
    )


def test_the_same_scan_prints_the_same_text() -> None:
    turned = FULL._replace(image=FULL.image._replace(requirements=FULL.image.requirements[::-1]))
    assert rendered(FULL) == rendered(FULL)
    assert rendered(turned) == rendered(FULL)


def test_several_files_are_summed_up() -> None:
    old = scanned("a.so", required("libc.so.6", "GLIBC_2.4", "read"))
    new = scanned("b.so", required("libc.so.6", "GLIBC_2.34", "dlopen"), required("libm.so.6", "GLIBC_2.29", "pow"))
    results = (old, new, new, Failure("c.so", "is damaged"), Passed("d.o", "an object"))
    assert list(render(results, Ink()))[-1] == (
        "\n3 files, newest GLIBC_2.34 in 2, 1 not linked (objects, static programs), 1 could not be read\n"
    )


def test_quiet_is_a_line_a_file() -> None:
    files = (
        scanned("a.so", required("libstdc++.so.6", "GLIBCXX_3.4.9", "f"), required("libc.so.6", "GLIBC_2.4", "g")),
    )
    assert list(render_lines([*files, Failure("c.so", "is damaged")], Ink())) == ["a.so: GLIBC_2.4 GLIBCXX_3.4.9\n"]
    assert list(render_lines([scanned("b.so")], Ink())) == ["b.so: needs no symbol versions at all\n"]


def test_what_is_only_passed_over_is_not_silence() -> None:
    assert "".join(render([Passed("a", "static")], Ink())) == "0 files, 1 not linked (objects, static programs)\n"
