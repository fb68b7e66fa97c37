"""Rewriting does what `cmake_cases` says, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from glibcheck.buildfiles import cmake, splice
from glibcheck.errors import RewriteError
from glibcheck.model.plan import Change, MakeStatic
from tests.buildfiles.cmake_cases import CASES, PIC, WHOLE_PROJECTS, Texts

# CMake that looks like what we edit, where nobody must touch it.
ABOVE = '#[[ add_library(h SHARED) ]]  # add_library(x MODULE x.c)\nset(Y\t"é add_library(x MODULE y.c)\\"\n")\r\n\n'
BELOW = "\nmessage([=[ ]] target_link_libraries(x m) ]=] \t)\n   # end, without a newline"

each_case = pytest.mark.parametrize(("before", "changes", "after"), CASES.values(), ids=CASES.keys())
each_project = pytest.mark.parametrize(
    ("before", "changes", "after"), WHOLE_PROJECTS.values(), ids=WHOLE_PROJECTS.keys()
)


def rewritten(text: str, changes: Sequence[Change]) -> str:
    return cmake.rewrite({"CMakeLists.txt": text}, changes)["CMakeLists.txt"]


@each_case
def test_changes_are_carried_out(before: str, changes: Sequence[Change], after: str) -> None:
    assert rewritten(before, changes) == after


@each_case
def test_a_second_run_changes_nothing(before: str, changes: Sequence[Change], after: str) -> None:
    assert rewritten(after, changes) == after


@each_case
def test_final_newline_is_neither_added_nor_lost(before: str, changes: Sequence[Change], after: str) -> None:
    assert rewritten(before.rstrip(), changes) == after.rstrip()


@each_case
def test_line_ends_stay_as_they_are(before: str, changes: Sequence[Change], after: str) -> None:
    assert rewritten(before.replace("\n", "\r\n"), changes) == after.replace("\n", "\r\n")


@each_case
def test_what_stands_around_is_kept(before: str, changes: Sequence[Change], after: str) -> None:
    above = ABOVE.replace("\r", "")
    assert rewritten(above + before + BELOW, changes) == above + after + BELOW


@each_case
def test_byte_order_mark_is_kept(before: str, changes: Sequence[Change], after: str) -> None:
    assert rewritten("\ufeff" + before, changes) == "\ufeff" + after


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_comment_at_the_top_speaks_of_the_file_and_stays(mark: str) -> None:
    below = f"add_library(h STATIC h.c)\n{PIC}\n"
    text = f"{mark}# All of it.\ninstall(TARGETS h DESTINATION p)\n\n{below}"
    assert rewritten(text, [MakeStatic("h")]) == f"{mark}# All of it.\n\n{below}"


@each_project
def test_projects_are_changed(before: Texts, changes: Sequence[Change], after: Texts) -> None:
    assert cmake.rewrite(before, changes) == after
    assert cmake.rewrite(after, changes) == after


@each_project
def test_changes_may_come_one_by_one(before: Texts, changes: Sequence[Change], after: Texts) -> None:
    texts = before
    for change in changes:
        texts = dict(cmake.rewrite(texts, [change]))
    assert texts == after


def test_edit_that_does_not_take_is_not_repeated_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splice, "apply", lambda text, splices: text)
    with pytest.raises(RewriteError, match="have no effect"):
        rewritten("add_library(h SHARED h.c)\n", [MakeStatic("h")])
