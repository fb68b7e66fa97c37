"""Which declarations a fix of an extension concerns: those whose objects are inside of it, and use what it is about."""

from __future__ import annotations

import pytest

from glibcheck.fixes.situation import Situation
from glibcheck.model.names import SymbolName
from glibcheck.model.plan import Declaration
from tests.values import declaration, situation, target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.plan import Form

POW, EXP = SymbolName("pow"), SymbolName("exp")


def declared(name: str, *links: str, form: Form = "archive") -> Declaration:
    folder = name.rpartition("/")[0]
    path = f"{folder}/Makefile.am" if folder else "Makefile.am"
    return declaration(name)._replace(path=path, form=form, links=links)


X = declared("py/x.la", "a/liba.la", "b/libb.la", form="extension")
ALL = (X, declared("a/liba.la", "c/libc.la"), declared("b/libb.la"), declared("c/libc.la"), declared("d/libd.la"))


def with_objects(**names: str) -> Situation:
    rows = tuple((path.replace("__", "/") + ".o", frozenset({SymbolName(name)})) for path, name in names.items())
    return situation(target("2.17"), glibc={})._replace(declared=ALL, objects=rows)


def test_archives_of_archives_are_inside() -> None:
    assert with_objects().compiled_into("py/x.la") == ("py/x.la", "a/liba.la", "b/libb.la", "c/libc.la")


def test_libraries_are_inside_once_they_are_made_archives() -> None:
    library = ALL[1]._replace(form="library")
    here = with_objects()._replace(declared=(X, library, *ALL[2:]))
    assert here.compiled_into("py/x.la") == ("py/x.la", "b/libb.la")
    moved = here._replace(moved=frozenset({"a/liba.la"}))
    assert moved.compiled_into("py/x.la") == ("py/x.la", "a/liba.la", "b/libb.la", "c/libc.la")


@pytest.mark.parametrize(
    ("here", "chosen"),
    [
        pytest.param(with_objects(), ("py/x.la", "a/liba.la", "b/libb.la", "c/libc.la"), id="nothing-is-known"),
        pytest.param(
            with_objects(py__x="read", a__a="exp", b__b="pow", c__sub__c="read", d__d="pow"),
            ("b/libb.la",),
            id="one-of-them-uses-it",
        ),
        pytest.param(
            with_objects(py__x="pow", a__a="exp", b__b="exp"), ("py/x.la", "c/libc.la"), id="one-left-no-objects"
        ),
        pytest.param(
            with_objects(py__x="exp", a__a="exp", b__b="exp", c__c="exp"),
            ("py/x.la", "a/liba.la", "b/libb.la", "c/libc.la"),
            id="none-uses-it-for-all-that-is-known",
        ),
        pytest.param(
            with_objects(py__x="exp", a__a="exp", b__b="exp", c__deep__er__c="pow"), ("c/libc.la",), id="in-a-subfolder"
        ),
    ],
)
def test_only_what_uses_a_symbol_is_concerned(here: Situation, chosen: tuple[str, ...]) -> None:
    assert here.using("py/x.la", {POW}) == chosen


def test_objects_at_the_top_are_those_of_a_build_file_at_the_top() -> None:
    top = declared("x.la", form="extension")
    here = situation(target("2.17"), glibc={})._replace(declared=(top,), objects=(("build/x.o", frozenset({EXP})),))
    assert here.using("x.la", {POW}) == ("x.la",)
