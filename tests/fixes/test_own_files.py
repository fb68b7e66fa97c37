"""The header and the compat file hold what all steps want, and what an earlier fix wrote."""

from __future__ import annotations

import pytest

from glibcheck.fixes.compat_file import COMPAT_FILE, Contents, compat_text, read_compat
from glibcheck.fixes.older_version import HEADER
from glibcheck.fixes.own_files import OWN_FILES, own_texts
from glibcheck.model.names import SymbolName
from glibcheck.model.plan import Step
from glibcheck.symver import COMPAT_MACRO, header, read_header
from tests.values import directive, target

TARGET = target("2.17")
POW, EXP, CREATE = (directive(name, "GLIBC_2.2.5") for name in ("pow", "exp", "pthread_create"))
GETTID = SymbolName("gettid")
PLAIN = Step("fix", "_a", "why", (), ())
BINDS = PLAIN._replace(directives=(POW,))
DEFINES = PLAIN._replace(functions=(GETTID,), redirects=(CREATE,))


def written(*steps: Step, **earlier: str) -> dict[str, str]:
    names = {"header": HEADER, "compat": COMPAT_FILE}
    return own_texts(steps, {names[name]: text for name, text in earlier.items()}, TARGET, "x86_64")


def test_steps_that_want_none_of_the_files_write_none() -> None:
    assert written() == written(PLAIN) == {}
    assert OWN_FILES == (HEADER, COMPAT_FILE)


def test_each_file_is_written_for_the_steps_that_want_it() -> None:
    assert written(PLAIN, BINDS) == {HEADER: header((POW,), TARGET, "x86_64")}
    assert written(DEFINES, PLAIN) == {COMPAT_FILE: compat_text((GETTID,), (CREATE,), TARGET, "x86_64")}


def test_what_an_earlier_fix_wrote_is_kept_and_the_newer_word_counts() -> None:
    old = header((EXP, directive("pow", "GLIBC_2.29")), target("2.30"), "x86_64")
    assert read_header(written(BINDS, header=old)[HEADER]) == (EXP, POW)
    before = compat_text((SymbolName("stat"),), (POW,), TARGET, "x86_64")
    assert read_compat(written(DEFINES, compat=before)[COMPAT_FILE]) == Contents(
        (GETTID, SymbolName("stat")), (POW, CREATE)
    )


@pytest.mark.parametrize("steps", [(DEFINES,), (DEFINES, BINDS), (BINDS, DEFINES)])
def test_the_header_leaves_out_what_is_redirected_also_one_of_an_earlier_fix(steps: tuple[Step, ...]) -> None:
    old = header((CREATE, EXP), TARGET, "x86_64")
    text = written(*steps, header=old)[HEADER]
    without = text.partition(f"#ifndef {COMPAT_MACRO}")[0]
    assert ("pthread_create" in text, "pthread_create" in without, "exp" in without) == (True, False, True)


def test_writing_again_changes_nothing() -> None:
    texts = written(BINDS, DEFINES)
    assert own_texts((BINDS, DEFINES), texts, TARGET, "x86_64") == texts
