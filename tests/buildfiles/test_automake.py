"""Makefiles of automake: what they declare, and that rewriting does what `automake_cases` says and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from glibcheck.buildfiles import automake
from glibcheck.errors import RewriteError
from glibcheck.model.plan import AddCompileFlags, Change, Declaration, ForceInclude
from tests.buildfiles.automake_cases import CHANGED, CPP, HEADER, OWN, REFUSED, SOURCE, UNCHANGED, WHOLE_FILES, X

PATH = "src/Makefile.am"
CASES = CHANGED | WHOLE_FILES
each_case = pytest.mark.parametrize(("before", "changes", "after"), CASES.values(), ids=CASES.keys())


def rewritten(text: str, changes: Sequence[Change]) -> str:
    return automake.rewrite({PATH: text}, changes)[PATH]


def declared(text: str, **others: str) -> dict[str, Declaration]:
    texts = {PATH: text, **{name.replace("_", "."): other for name, other in others.items()}}
    return {row.name: row for row in automake.declarations(texts).rows}


def test_there_are_tables_to_speak_of() -> None:
    assert len(UNCHANGED) >= 25


@pytest.mark.parametrize(("text", "changes"), UNCHANGED.values(), ids=UNCHANGED.keys())
def test_what_is_as_it_should_be_is_left_as_it_is(text: str, changes: Sequence[Change]) -> None:
    assert rewritten(text, changes) == text


@each_case
def test_changes_are_carried_out(before: str, changes: Sequence[Change], after: str) -> None:
    assert rewritten(before, changes) == after


@each_case
def test_a_second_run_changes_nothing(before: str, changes: Sequence[Change], after: str) -> None:
    assert rewritten(after, changes) == after


@each_case
def test_changes_may_come_one_by_one(before: str, changes: Sequence[Change], after: str) -> None:
    text = before
    for change in changes:
        text = rewritten(text, [change])
    assert text == after


@each_case
def test_line_ends_are_kept(before: str, changes: Sequence[Change], after: str) -> None:
    unix, dos = (before.replace("\r\n", "\n"), after.replace("\r\n", "\n")), "\r\n"
    assert rewritten(unix[0].replace("\n", dos), changes) == unix[1].replace("\n", dos)


@pytest.mark.parametrize(("text", "change", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_too_clever_is_refused_with_its_line(text: str, change: Change, message: str) -> None:
    with pytest.raises(RewriteError) as refusal:
        rewritten(text, [change])
    assert str(refusal.value) == message


def test_none_of_the_changes_is_done_when_one_is_refused() -> None:
    text, change, _ = REFUSED["flags-in-a-conditional"]
    texts = {PATH: text}
    with pytest.raises(RewriteError):
        automake.rewrite(texts, [HEADER, change])
    assert texts == {PATH: text}


def test_flags_are_for_the_languages_of_new_sources_too() -> None:
    changes: Sequence[Change] = (AddCompileFlags(X, ("-g",)), SOURCE)
    after = rewritten(CPP, changes)
    assert after.endswith("x_la_SOURCES = x.cpp compat.c\nx_la_CFLAGS = -g\nx_la_CXXFLAGS = -g\n")
    assert rewritten(after, changes) == after


def test_the_top_makefile_ships_a_new_header() -> None:
    texts = {"Makefile.am": "SUBDIRS = src\n", PATH: OWN}
    found = automake.rewrite(texts, [ForceInclude(X, "compat.h")])
    assert found["Makefile.am"] == "SUBDIRS = src\nEXTRA_DIST = compat.h\n"
    assert found[PATH] == f"{OWN}x_la_CPPFLAGS = -include $(top_srcdir)/compat.h\n"


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("Makefile.am", True),
        ("a/Makefile.am", True),
        ("Makefile.in", False),
        ("a/local.am", False),
        ("Makefile", False),
    ],
)
def test_a_makefile_is_known_by_its_name(path: str, read: bool) -> None:
    assert automake.reads(path) is read


def test_targets_have_the_forms_that_libtool_makes_of_them() -> None:
    rows = declared(
        "lib_LTLIBRARIES = liba.la\npyexec_LTLIBRARIES = x.la\nx_la_LDFLAGS = -avoid-version -module\n"
        "pkgpyexec_LTLIBRARIES = y.la\nAM_LDFLAGS = -module\nliba_la_LDFLAGS = -no-undefined\n"
        "noinst_LTLIBRARIES = libb.la libd.la e.la\nlibb_la_LDFLAGS = -a\nnoinst_LIBRARIES = c.a\nbin_PROGRAMS = p\n"
        "e_la_LDFLAGS = -module -rpath /nowhere\n"
    )
    forms = {name: row.form for name, row in rows.items()}
    assert forms == {
        "src/liba.la": "library",
        "src/x.la": "extension",
        "src/y.la": "extension",
        "src/libb.la": "archive",
        "src/libd.la": "archive",
        "src/e.la": "extension",
        "src/c.a": "archive",
        "src/p": "program",
    }


LINKED = """\
HELPERS = liba.la ${top_builddir}/lib/libb.la
pyexec_LTLIBRARIES = x.la
x_la_SOURCES = x.c x.h sub/y.cpp
x_la_LIBADD = $(HELPERS) ../lib/libc.la $(builddir)/libd.la @E_LIBADD@ $(F_LIBS) -lm -lz -Lz
LIBS = @top_builddir@/libg.la
"""


def test_links_are_found_however_they_are_spelled() -> None:
    row = declared(LINKED)["src/x.la"]
    assert row.links == ("src/liba.la", "lib/libb.la", "lib/libc.la", "src/libd.la", "libg.la")
    assert (row.libraries, row.sources, row.line) == (("m", "z"), ("src/x.c", "src/sub/y.cpp"), 2)


def test_what_configure_found_is_known_from_its_record() -> None:
    status = 'S["E_LIBADD"]="../lib/libe.la -ldl"\nS["F_LIBS"]="-lssl -lcrypto"\nS["X"]="a\\"b"\n'
    row = declared(LINKED, config_status=status)["src/x.la"]
    assert row.links[-2:] == ("lib/libe.la", "libg.la")
    assert row.libraries == ("dl", "ssl", "crypto", "m", "z")


def test_sources_that_are_computed_are_not_told() -> None:
    assert declared("lib_LTLIBRARIES = libh.la\nlibh_la_SOURCES = $(MANY) a.c\n")["src/libh.la"].sources is None
    assert declared("lib_LTLIBRARIES = libh.la\n")["src/libh.la"].sources is None


def test_what_may_name_more_libraries_is_told_with_its_line() -> None:
    text = "include sub/more.am\nlib_LTLIBRARIES = liba.la $(MORE)\n  pkglib_LTLIBRARIES = @PLUGINS@\nA = $(B)\n"
    assert automake.declarations({PATH: text}).unread == (
        "src/Makefile.am:1: sub/more.am is included, and targets in it are not read",
        "src/Makefile.am:2: lib_LTLIBRARIES names libraries by $(MORE), which is not read; name them plainly",
        "src/Makefile.am:3: pkglib_LTLIBRARIES names libraries by @PLUGINS@, which is not read; name them plainly",
    )
