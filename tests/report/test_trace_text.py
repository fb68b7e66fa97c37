"""The report of a trace for people: whole texts for whole closures."""

from __future__ import annotations

import pytest

from glibcheck.model.closure import Binding, Closure, Library, Trace
from glibcheck.model.image import Linkage
from glibcheck.model.names import Soname, SymbolName
from glibcheck.report.ink import Ink
from glibcheck.report.trace_text import render, render_traces
from glibcheck.trace import about, newest_of_each_family, traces
from tests.values import LIBC, LIBM, linkage, required


def library(name: str, path: str | None, found_by: str, found: Linkage | None, *chain: str) -> Library:
    return Library(Soname(name), path, found_by, tuple(map(Soname, (*chain, name))), found)


def binding(user: str, provider: str, *symbols: str) -> Binding:
    return Binding(Soname(user), Soname(provider), tuple(map(SymbolName, symbols)))


MAIN, HELPER, GONE = "_a.so", "libhelp.so", "libgone.so.1"
CLOSURE = Closure(
    (
        library(MAIN, "/app/_a.so", "the file itself", linkage(required(LIBC, "GLIBC_2.14", "memcpy"))),
        library(
            HELPER,
            "/app/libhelp.so",
            "runpath $ORIGIN of _a.so",
            linkage(
                required(LIBC, "GLIBC_2.4", "free"),
                required(LIBC, "GLIBC_2.34", "dlsym", "pthread_create"),
                required(LIBC, "GLIBC_ABI_DT_RELR"),
                required(LIBM, "GLIBC_2.29", "pow"),
            ),
            MAIN,
        ),
        library(GONE, None, "not found", None, MAIN, HELPER)._replace(tried=("/app", "/lib")),
        library(LIBC, "/lib/libc.so.6", "ld.so.cache", linkage(required("ld.so", "GLIBC_2.35", "x")), MAIN),
    ),
    (
        binding(MAIN, HELPER, "h1", "h2", "h3", "h4", "h5", "h6"),
        binding(MAIN, LIBC, "memcpy"),
        binding(MAIN, MAIN, "own"),
        binding(HELPER, GONE),
        binding(HELPER, LIBC),
    ),
    (binding(MAIN, "", "PyList_New"),),
)

TRACES = f"""GLIBC_2.34 of libc.so.6
  _a.so -> libhelp.so
      dlsym, pthread_create
GLIBC_2.14 of libc.so.6
  _a.so
      memcpy

Needed by libraries of this system; another system has its own copies of these
GLIBC_2.35 of ld.so
  _a.so -> {LIBC}
      x
"""

LIBRARIES = """
Libraries, in load order
  _a.so  /app/_a.so (the file itself)
      needs libc.so.6: GLIBC_2.14
  libhelp.so  /app/libhelp.so (runpath $ORIGIN of _a.so)
      chain _a.so -> libhelp.so
      used by _a.so: h1, h2, h3, h4, 2 more
      needs libc.so.6: GLIBC_ABI_DT_RELR, GLIBC_2.34, GLIBC_2.4
      needs libm.so.6: GLIBC_2.29
  libgone.so.1  not found
      chain _a.so -> libhelp.so -> libgone.so.1
      needed by libhelp.so
      looked in /app, /lib
  libc.so.6  /lib/libc.so.6 (ld.so.cache)
      chain _a.so -> libc.so.6
      used by _a.so: memcpy
      unused by libhelp.so, which names it in DT_NEEDED
      needs ld.so: GLIBC_2.35
"""


def test_a_trace_names_who_needs_the_newest_versions_and_every_library() -> None:
    shown = newest_of_each_family(traces(CLOSURE))
    assert render(CLOSURE, shown, Ink()) == TRACES + LIBRARIES


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        pytest.param(
            "dlsym", "GLIBC_2.34 of libc.so.6\n  _a.so -> libhelp.so\n      dlsym\n", id="symbol-alone-of-its-version"
        ),
        pytest.param("GLIBC_2.14", "GLIBC_2.14 of libc.so.6\n  _a.so\n      memcpy\n", id="version"),
        pytest.param(
            "GLIBC_ABI_DT_RELR",
            "GLIBC_ABI_DT_RELR of libc.so.6\n  _a.so -> libhelp.so\n      (no symbol names it)\n",
            id="marker",
        ),
    ],
)
def test_a_question_is_answered_with_chains_alone(what: str, expected: str) -> None:
    assert render_traces(CLOSURE, about(traces(CLOSURE), what), Ink()) == expected


def test_a_version_stands_once_for_all_who_need_it() -> None:
    need = required(LIBM, "GLIBC_2.29", "pow")
    rows = (
        Trace(need, Soname(MAIN), (Soname(MAIN),)),
        Trace(need._replace(symbols=(SymbolName("exp"),)), Soname(HELPER), (Soname(MAIN), Soname(HELPER))),
    )
    assert render_traces(CLOSURE, rows, Ink()) == (
        "GLIBC_2.29 of libm.so.6\n  _a.so\n      pow\n  _a.so -> libhelp.so\n      exp\n"
    )


PROBLEMS = {
    "damaged": (("/x/liba.so", "ld.so.cache"), "is damaged: cut", "/x/liba.so (ld.so.cache); is damaged: cut"),
    "in-the-wheel": ((None, "not found"), "it is in the wheel at x", "not found; it is in the wheel at x"),
    "too-many": ((None, "not looked for"), None, "not looked for"),
}


@pytest.mark.parametrize(("found", "problem", "shown"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_what_is_wrong_with_a_library_stands_beside_it(
    found: tuple[str | None, str], problem: str | None, shown: str
) -> None:
    row = library("liba.so", *found, None)._replace(problem=problem)
    assert f"\n  liba.so  {shown}\n" in render(Closure((row,), (), ()), (), Ink())


def test_a_symbol_that_is_asked_for_with_two_versions_is_shown_once() -> None:
    used = binding(MAIN, LIBC, "f", "f", "g")
    assert "used by _a.so: f, g\n" in render(CLOSURE._replace(bindings=(used,)), (), Ink())


def test_long_lists_fit_the_screen() -> None:
    names = tuple(SymbolName(f"symbol_{number:03}") for number in range(60))
    versions = [required(LIBC, f"GLIBC_2.{number}", *names) for number in range(40)]
    user = library(MAIN, "/app/_a.so", "the file itself", linkage(*versions))
    found = Closure((user,), (), ())
    lines = render(found, newest_of_each_family(traces(found)), Ink(width=60)).splitlines()
    assert 50 < max(map(len, lines)) <= 60
    assert sum("symbol_059" in line for line in lines) == 1


def test_colour_marks_what_is_in_the_way() -> None:
    shown = render(CLOSURE, newest_of_each_family(traces(CLOSURE)), Ink(colour=True))
    assert "\x1b[31mnot found\x1b[0m" in shown
    assert "\x1b[31munused by libhelp.so, which names it in DT_NEEDED\x1b[0m" in shown
    assert shown.startswith("\x1b[1mGLIBC_2.34\x1b[0m of libc.so.6\n")


EVIL = "a\x1b[31m\nb\u202e\udcff"


def test_no_name_has_power_over_the_terminal() -> None:
    found = linkage(required(EVIL, EVIL, EVIL), required(EVIL, "GLIBC_2.34", EVIL))
    closure = Closure(
        (
            library(EVIL, EVIL, f"runpath {EVIL} of {EVIL}", found),
            library(f"lib{EVIL}", f"/{EVIL}", f"rpath {EVIL}", found, EVIL),
            library(f"gone{EVIL}", None, "not found", None, EVIL),
        ),
        (binding(EVIL, f"lib{EVIL}", EVIL), binding(EVIL, f"gone{EVIL}"), binding(f"lib{EVIL}", EVIL)),
        (),
    )
    shown = render(closure, traces(closure), Ink())
    assert all(line.isprintable() for line in shown.split("\n"))
    shown.encode("utf-8")
    assert "(runpath a\\x1b[31m\\nb\\u202e\\udcff of a\\x1b[31m\\nb\\u202e\\udcff)" in shown
