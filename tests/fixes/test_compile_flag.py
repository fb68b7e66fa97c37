"""Flags that do without a symbol, what they cost, and which of them the user must allow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from glibcheck.fixes.compile_flag import NAME, propose
from glibcheck.fixes.situation import Answer, Refusal
from glibcheck.model.plan import AddCompileFlags, AddLinkFlags, Change, Offence, Step
from tests.tools import output
from tests.values import LIBC, built, declaration, exports, linkage, offence, situation, target

LIBMVEC = "libmvec.so.1"
SIN = offence("_a.so", "too new", LIBMVEC, "GLIBC_2.22", "_ZGVbN2v_sin")
RELR = offence("_a.so", "too new", LIBC, "GLIBC_ABI_DT_RELR", None)
CHECKED = offence("_a.so", "too new", LIBC, "GLIBC_2.99", "__newest_chk")
MEMBER = offence("_a.so", "too new", LIBC, "GLIBC_2.38", "__strlcpy_chk")
OLDER = offence("_a.so", "too new", LIBC, "GLIBC_2.34", "__pthread_x_chk")
GLIBC = {LIBC: exports("__newest_chk@@GLIBC_2.99", "__pthread_x_chk@@GLIBC_2.34", "__pthread_x_chk@GLIBC_2.2.5")}

SCALAR, UNFORTIFIED = AddCompileFlags("_a", ("-fno-tree-vectorize",)), AddCompileFlags("_a", ("-U_FORTIFY_SOURCE",))
UNPACKED = AddLinkFlags("_a", ("-Wl,-z,nopack-relative-relocs",))
COSTS = {
    SCALAR: "-fno-tree-vectorize: loops of the whole extension are compiled without vector instructions, and may be "
    "slower",
    UNPACKED: "-Wl,-z,nopack-relative-relocs: relative relocations are not packed, and the file is a little larger",
    UNFORTIFIED: "-U_FORTIFY_SOURCE: buffer overflows that _FORTIFY_SOURCE would stop are not caught any more",
}


def step(claimed: tuple[Offence, ...], *changes: Change) -> Step:
    return Step(NAME, "_a", "; ".join(COSTS[change] for change in changes), claimed, changes)  # type: ignore[index]


def answer(*rows: Offence, consent: bool = False, done: tuple[Step, ...] = (), archive: bool = False) -> Answer:
    user = declaration("_a")._replace(links=("help",) if archive else ())
    file = built("_a.so", linkage(), user)
    declared = (user, declaration("help")._replace(form="archive"))
    found = situation(target("2.17"), file, glibc=GLIBC)
    return propose(file, rows, found._replace(done=done, declared=declared, unfortified_allowed=consent))


def test_each_need_has_its_flag_and_each_flag_says_what_it_costs() -> None:
    assert answer(SIN) == Answer(step((SIN,), SCALAR))
    assert answer(RELR) == Answer(step((RELR,), UNPACKED))
    assert answer(RELR, SIN) == Answer(step((RELR, SIN), SCALAR, UNPACKED))


def test_checks_are_given_up_with_consent_only() -> None:
    assert answer(CHECKED, consent=True) == Answer(step((CHECKED,), UNFORTIFIED))
    (refusal,) = answer(CHECKED).refusals
    assert "--allow-unfortified" in refusal.reason
    assert answer(CHECKED, SIN) == Answer(step((SIN,), SCALAR), (refusal,))


def test_archives_inside_the_file_are_compiled_with_the_flag_too() -> None:
    found = answer(SIN, archive=True).step
    assert found is not None
    assert found.changes == (SCALAR, AddCompileFlags("help", SCALAR.flags))


@pytest.mark.parametrize(("row", "change"), [(SIN, SCALAR), (RELR, UNPACKED)])
def test_a_flag_that_did_not_help_is_not_given_again(row: Offence, change: Change) -> None:
    (refusal,) = answer(row, done=(step((row,), change),)).refusals
    assert refusal.reason.endswith("it is still asked for: by code from an archive, or another flag undoes it")
    assert answer(row, done=(step((row,), change)._replace(extension="_b"),)) == Answer(step((row,), change))


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(MEMBER, id="a-check-that-the-compat-file-has"),
        pytest.param(OLDER, id="a-check-with-an-older-version"),
        pytest.param(offence("_a.so", "too new", LIBC, "GLIBC_2.33", "stat"), id="any-other-function"),
        pytest.param(offence("_a.so", "misplaced", LIBC, "GLIBC_2.2.5", "__x_chk"), id="misplaced"),
    ],
)
def test_other_offences_are_no_subject(row: Offence) -> None:
    assert answer(row, consent=True) == Answer()


def test_a_file_that_nobody_declares_is_no_subject() -> None:
    file = built("_a.so", linkage())
    assert propose(file, (SIN,), situation(target("2.17"), file, glibc={})) == Answer()


@pytest.mark.oracle
def test_the_flag_really_does_without_libmvec(tmp_path: Path) -> None:
    text = "#include <math.h>\nvoid f(double *x) { for (int i = 0; i < 1000; ++i) x[i] = sin(x[i]); }\n"
    (tmp_path / "f.c").write_text(text)

    def undefined(*flags: str) -> set[str]:
        output("gcc", "-O3", "-ffast-math", "-c", str(tmp_path / "f.c"), "-o", str(tmp_path / "f.o"), *flags)
        return set(re.findall(r" U (\S+)", output("nm", str(tmp_path / "f.o"))))

    assert [name for name in undefined() if name.startswith("_ZGV")] != []
    assert undefined(*SCALAR.flags) == {"sin"}


def test_a_refusal_is_of_the_offence() -> None:
    assert [type(row) for row in answer(CHECKED).refusals] == [Refusal]
