"""Rewriting does what `setuptools_cases` says, and nothing else."""

import ast
from collections.abc import Sequence

import pytest

from glibcheck.buildfiles import setuptools
from glibcheck.model.plan import Change, DropExtension, DropLibrary
from tests.buildfiles.setuptools_cases import ADDED, DROPPED, RUNTIMES, WHOLE_FILES

CASES = ADDED | DROPPED | RUNTIMES | WHOLE_FILES
# Python that looks like what we edit, in every kind of line ending and white space.
ABOVE = '# é\t \r\nodd = {  "Extension(": """\n [ "a.c"\n  # a\n"""  }  # Extension("a", [])\r'
BELOW = '\nif odd :\n\todd [ 1 ] = (  1,\n 2, )  ;  odd = """\r\n\u2028"""\n   # end, without a newline'

ALIKE_OR_NOT_AT_ALL = ("all-extensions-of-a-loop", "one-call-for-several-extensions-that-change-alike")

each_case = pytest.mark.parametrize(("before", "changes", "after"), CASES.values(), ids=CASES.keys())


@each_case
def test_changes_are_carried_out(before: str, changes: Sequence[Change], after: str) -> None:
    assert setuptools.rewrite("setup.py", before, changes) == after


@each_case
def test_a_second_run_changes_nothing(before: str, changes: Sequence[Change], after: str) -> None:
    assert setuptools.rewrite("setup.py", after, changes) == after


@each_case
def test_final_newline_is_neither_added_nor_lost(before: str, changes: Sequence[Change], after: str) -> None:
    assert setuptools.rewrite("setup.py", before.rstrip(), changes) == after.rstrip()


@each_case
def test_what_stands_around_is_kept(before: str, changes: Sequence[Change], after: str) -> None:
    before, after = before.removeprefix("\ufeff"), after.removeprefix("\ufeff")
    assert setuptools.rewrite("setup.py", ABOVE + before + BELOW, changes) == ABOVE + after + BELOW


@each_case
def test_result_is_python(before: str, changes: Sequence[Change], after: str) -> None:
    ast.parse(setuptools.rewrite("setup.py", before, changes).removeprefix("\ufeff"))


@pytest.mark.parametrize(
    ("before", "changes", "after"), [case for name, case in CASES.items() if name not in ALIKE_OR_NOT_AT_ALL]
)
def test_changes_may_come_one_by_one(before: str, changes: Sequence[Change], after: str) -> None:
    text = before
    for change in changes:
        text = setuptools.rewrite("setup.py", text, [change])
    assert text == after


@pytest.mark.parametrize(
    ("before", "changes"), [case[:2] for name, case in ADDED.items() if name != "argument-that-is-none"]
)
def test_adding_takes_no_character_away(before: str, changes: Sequence[Change]) -> None:
    added = [change for change in changes if not isinstance(change, DropLibrary)]
    assert is_in(before, setuptools.rewrite("setup.py", before, added))


@pytest.mark.parametrize(("before", "changes"), [case[:2] for case in DROPPED.values()])
def test_dropping_adds_nothing_but_the_comma_of_a_tuple(before: str, changes: Sequence[Change]) -> None:
    dropped = [change for change in changes if isinstance(change, DropLibrary | DropExtension)]
    after = setuptools.rewrite("setup.py", before, dropped)
    assert is_in(after.replace(",)", ")"), before)


def is_in(part: str, whole: str) -> bool:
    """Say whether `whole` is `part` with characters put in between."""
    rest = iter(whole)
    return all(character in rest for character in part)
