"""The tree of a trace: whole pictures, and what keeps them short and harmless."""

from __future__ import annotations

import re

import pytest

from glibcheck.model.closure import Closure
from glibcheck.report.ink import Ink
from glibcheck.report.trace_tree import render
from glibcheck.report.trace_view import Root, View
from glibcheck.trace import about, traces
from tests.report.test_trace_drawn import hostile
from tests.report.test_trace_text import binding, library
from tests.report.trace_values import CLOSURE, FOUND, JUDGED, MAIN, ROOT, SPARTAN, VIEW
from tests.values import LIBC, LIBM, linkage, required

TREE = """\
build/_x.so  GLIBC_2.34
│  GLIBC_2.34 of libc.so.6, too new for manylinux_2_28
│    pthread_create  (.text+0x20)  (code)
├─ libspartan.so  GLIBC_2.35  runpath $ORIGIN of _x.so; used for spartan_hypot, spartan_pow
│  │  GLIBC_2.35 of libm.so.6, too new for manylinux_2_28
│  │    hypot
│  │      src/spartan.c:41 in spartan_norm  spartan.o:(.text+0x36)  (relocation, debug information)
│  │      libfoo.a(bar.o):(.text.p+0x8)  (link map)
│  │          or libfoo.a(copy.o), which has the same code
│  │          bar.o is in the file because main.o wants foo_start
│  │          main.o is in the file because /usr/lib/crt1.o wants something of it
│  │  GLIBC_2.29 of libm.so.6, too new for manylinux_2_28
│  │    pow
│  │    pow is called through a pointer, so its caller is not known.
│  ├─ libgone.so.1            not found
│  └─ libz.so.1               runpath $ORIGIN of libspartan.so; unused
└─ of this system             libc.so.6, libm.so.6, ld-linux-x86-64.so.2

Too new for manylinux_2_28: GLIBC_2.35, GLIBC_2.29 by libspartan.so; GLIBC_2.34 by _x.so.
Not found, so what they need is not known: libgone.so.1
"""
PLAIN = """\
build/_x.so  GLIBC_2.34
|- libspartan.so  GLIBC_2.35
|      runpath $ORIGIN of _x.so; used for spartan_hypot, spartan_pow
|  |  GLIBC_2.35 of libm.so.6
|  |    hypot
|  |      src/spartan.c:41 in spartan_norm  spartan.o:(.text+0x36)
|  |          (relocation, debug information)
|  |      libfoo.a(bar.o):(.text.p+0x8)  (link map)
|  |          or libfoo.a(copy.o), which has the same code
|  |          bar.o is in the file because main.o wants foo_start
|  |          main.o is in the file because /usr/lib/crt1.o wants something of it
|  |- libgone.so.1  not found
|  `- libz.so.1  runpath $ORIGIN of libspartan.so; unused
`- of this system  libc.so.6, libm.so.6, ld-linux-x86-64.so.2

The newest versions needed: GLIBC_2.35 by libspartan.so.
Not found, so what they need is not known: libgone.so.1
"""


def test_a_target_shows_what_is_too_new_and_who_brought_it() -> None:
    assert render(JUDGED, Ink()) == TREE


def test_without_a_target_the_newest_version_is_told_on_a_narrow_screen_in_ascii() -> None:
    shown = render(VIEW, Ink(width=70), unicode=False)
    assert shown == PLAIN
    assert shown.isascii()


def test_a_file_within_the_target_has_a_short_tree() -> None:
    closure = Closure((CLOSURE.libraries[0], CLOSURE.libraries[2]), (binding(MAIN, LIBC, "free"),), ())
    view = View("a.so", (Root("a.so", closure, traces(closure)),), target="manylinux_2_34")
    assert render(view, Ink()) == (
        "a.so  GLIBC_2.34\n└─ of this system  libc.so.6\n\nNothing that was found is too new for manylinux_2_34.\n"
    )


def test_a_question_opens_the_way_to_its_answer_also_through_the_system() -> None:
    asked = VIEW._replace(asked="GLIBC_2.4", roots=(ROOT._replace(shown=about(FOUND, "GLIBC_2.4")),))
    shown = render(asked, Ink())
    assert "│  ├─ libm.so.6  GLIBC_2.4    ld.so.cache; used for hypot, pow\n│  │     GLIBC_2.4 of libc.so.6\n" in shown
    assert shown.endswith("GLIBC_2.4: GLIBC_2.4 by libm.so.6.\n" + shown.splitlines()[-1] + "\n")
    nobody = asked._replace(asked="pow2", roots=(ROOT._replace(shown=()),))
    assert "Nothing that was found needs pow2." in render(nobody, Ink())


def test_a_library_is_unfolded_once() -> None:
    both = Closure(
        (
            library("a", "/a", "the file itself", linkage(needed=("b", "c"))),
            library("b", "/b", "rpath", linkage(needed=("c",)), "a"),
            library("c", "/c", "rpath", linkage(needed=("b",)), "a"),
        ),
        (binding("a", "b", "b"), binding("a", "c"), binding("b", "c", "c1", "c2", "c3"), binding("c", "b")),
        (),
    )
    assert render(View("a", (Root("a", both, ()),)), Ink()) == (
        "a\n"
        "├─ b        rpath; used for b\n"
        "│  └─ c     rpath; used for c1, c2, 1 more\n"
        "│     └─ b  above; unused\n"
        "└─ c        above; unused\n"
        "\nNo numbered version is needed.\n"
    )


def test_a_chain_of_thousands_ends() -> None:
    names = [f"lib{number}.so" for number in range(3000)]
    libraries = [
        library(name, f"/{name}", "rpath", linkage(needed=(after,)), *names[:1])
        for name, after in zip(names, [*names[1:], names[0]], strict=True)
    ]
    bindings = [binding(name, after, "f") for name, after in zip(names, [*names[1:], names[0]], strict=True)]
    shown = render(View("a", (Root("a", Closure(tuple(libraries), tuple(bindings), ()), ()),)), Ink())
    assert len(shown.splitlines()) < 40
    assert "and further libraries under these" in shown


def test_many_of_everything_is_cut() -> None:
    system = [library(f"libs{number}.so", f"/s{number}", "ld.so.cache", linkage()) for number in range(40)]
    need = required(LIBM, "GLIBC_2.99", *(f"f{number:02}" for number in range(20)))
    closure = Closure((library("a", "/a", "the file itself", linkage(need)), *system), (), ())
    shown = render(View("a", (Root("a", closure, traces(closure)),)), Ink())
    assert "f07, 12 more\n" in shown
    assert "libs11.so, 28 more\n" in shown.replace("\n" + " " * 19, " ")


@pytest.mark.parametrize("unicode", [True, False])
def test_no_name_has_power_over_the_terminal(unicode: bool) -> None:
    shown = render(hostile(), Ink(width=40), unicode)
    assert all(line.isprintable() for line in shown.split("\n"))


def test_colour_marks_what_is_too_new() -> None:
    shown = render(JUDGED, Ink(colour=True))
    assert f"\x1b[1m{SPARTAN}\x1b[0m  \x1b[31mGLIBC_2.35\x1b[0m" in shown
    assert "\x1b[31mnot found\x1b[0m" in shown
    assert re.sub("\x1b\\[[0-9]+m", "", shown) == TREE


def test_each_root_has_its_tree_and_what_they_share_is_unfolded_once() -> None:
    view = JUDGED._replace(roots=(ROOT, ROOT._replace(path="other.so")))
    shown = render(view, Ink())
    first, _, rest = TREE.partition("\n\n")
    second = """\
other.so  GLIBC_2.34
│  GLIBC_2.34 of libc.so.6, too new for manylinux_2_28
│    pthread_create  (.text+0x20)  (code)
├─ libspartan.so  GLIBC_2.35  as above; used for spartan_hypot, spartan_pow
└─ of this system             libc.so.6, libm.so.6, ld-linux-x86-64.so.2"""
    assert shown == f"{first}\n\n{second}\n\n{rest}"


def test_a_library_under_which_others_are_found_is_unfolded_again() -> None:
    libraries = tuple(
        row._replace(path="/elsewhere/libz.so.1") if row.name == "libz.so.1" else row for row in CLOSURE.libraries
    )
    other = ROOT._replace(path="other.so", closure=CLOSURE._replace(libraries=libraries))
    shown = render(JUDGED._replace(roots=(ROOT, other)), Ink())
    assert "as above" not in shown
    assert shown.count("libz.so.1") == 2
