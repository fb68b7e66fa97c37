"""Plans: each offence gets the first fix that answers it, or the reasons of all of them."""

from __future__ import annotations

import pytest

from glibcheck.fixes import FIXES
from glibcheck.fixes.situation import Blocked, BuiltFile, Situation
from glibcheck.model.plan import Offence, Plan, Unresolved
from glibcheck.plan import all_offences, make_plan
from tests.values import (
    LIBC,
    LIBM,
    LIBSTDCXX,
    built,
    declaration,
    exports,
    linkage,
    offence,
    required,
    situation,
    target,
    wants,
)

GLIBC = {
    LIBC: exports(
        "dlsym@@GLIBC_2.34", "dlsym@GLIBC_2.2.5", "fresh@@GLIBC_2.33", "copy@@GLIBC_2.38", "strlcpy@@GLIBC_2.38"
    ),
    LIBM: exports("pow@@GLIBC_2.29", "pow@GLIBC_2.2.5", "exp@@GLIBC_2.29", "exp@GLIBC_2.2.5"),
}
NO_FIX = "what the libraries of glibc share among themselves differs with each release: use a public function"
NOTHING = "nothing here stands in for it: do without it, or define it in the project"
NOT_DECLARED = "no build file that glibcheck can edit declares this file, or several seem to"
NEXT_ROUND = "a helper library moves first; what that leaves is planned for after the rebuild"


def fixed(*files: BuiltFile, own: tuple[str, ...] | None = None) -> Situation:
    return situation(target("2.28"), *files, own=own, glibc=GLIBC)


def summary(plan: Plan) -> list[tuple[str, str, list[tuple[str, str | None]]]]:
    """Give the fix, the extension, and the offences (file and symbol) of each step."""
    return [(row.fix, row.extension, [(each.file, each.symbol) for each in row.offences]) for row in plan.steps]


def needs_pow(path: str = "_a.so", extension: str = "_a") -> BuiltFile:
    return built(path, linkage(required(LIBM, "GLIBC_2.29", "pow"), needed=(LIBM,)), declaration(extension))


def too_new(file: str, library: str, version: str, symbol: str | None) -> Offence:
    return offence(file, "too new", library, version, symbol)


def test_fixes_are_asked_in_the_order_of_their_shelf() -> None:
    assert [fix.name for fix in FIXES] == [
        "drop unused library",
        "convenience library",
        "static C++ runtime",
        "compile flag",
        "older version",
        "old home",
        "compat source",
    ]


def test_a_build_within_the_target_needs_no_plan() -> None:
    plain = built("_a.so", linkage(required(LIBC, "GLIBC_2.4", "read")), declaration("_a"))
    assert all_offences(fixed(plain)) == ()
    assert make_plan(fixed(plain)) == make_plan(fixed()) == Plan((), ())


def test_a_helper_without_offences_is_left_alone_whatever_its_user_needs() -> None:
    helper = built("libhelp.so", linkage(soname="libhelp.so"), declaration("libhelp"))
    user = built(
        "_a.so",
        linkage(required(LIBM, "GLIBC_2.29", "pow"), needed=("libhelp.so",)),
        declaration("_a", libraries=("help",)),
    )
    assert summary(make_plan(fixed(helper, user))) == [("older version", "_a", [("_a.so", "pow")])]


def test_each_kind_of_offence_goes_to_its_fix() -> None:
    file = built(
        "_a.so",
        linkage(
            required(LIBC, "GLIBC_2.2.5", "dlsym"),
            required(LIBM, "GLIBC_2.29", "pow", "exp"),
            required(LIBC, "GLIBC_ABI_DT_RELR"),
            required(LIBSTDCXX, "GLIBCXX_3.4.30", "_Zx"),
            loose=[wants("strlcpy")],
        ),
        declaration("_a"),
    )
    plan = make_plan(fixed(file))
    assert plan.unresolved == ()
    assert summary(plan) == [
        ("static C++ runtime", "_a", [("_a.so", "_Zx")]),
        ("compile flag", "_a", [("_a.so", None)]),
        ("older version", "_a", [("_a.so", "exp"), ("_a.so", "pow")]),
        ("old home", "_a", [("_a.so", "dlsym")]),
        ("compat source", "_a", [("_a.so", "strlcpy")]),
    ]


def helped(*user_needs: str, user_name: str = "_a", helper_name: str = "libhelp") -> tuple[BuiltFile, BuiltFile]:
    """Make a helper that needs pow and stat, and the one extension that links it."""
    helper = built(
        f"{helper_name}.so",
        linkage(
            required(LIBM, "GLIBC_2.29", "pow"),
            required(LIBC, "GLIBC_2.33", "fresh"),
            soname=f"{helper_name}.so",
            defines=["help"],
        ),
        declaration(helper_name),
    )
    needs = [required(LIBM, "GLIBC_2.29", *user_needs)] if user_needs else []
    links = declaration(user_name, libraries=(helper_name.removeprefix("lib"),))
    return helper, built(
        f"{user_name}.so", linkage(*needs, needed=(f"{helper_name}.so",), loose=[wants("help")]), links
    )


@pytest.mark.parametrize("user_name", ["_a", "zz"])
def test_a_helper_moves_first_and_its_offences_are_planned_for_as_those_of_its_user(user_name: str) -> None:
    helper, user = helped(user_name=user_name)
    for files in ((helper, user), (user, helper)):
        plan = make_plan(fixed(*files))
        assert summary(plan) == [
            ("convenience library", user_name, [("libhelp.so", "fresh"), ("libhelp.so", "pow")]),
            ("older version", user_name, [(f"{user_name}.so", "pow")]),
        ]
        assert plan.steps[0].into == f"{user_name}.so"
        (left,) = plan.unresolved
        assert left.offence == too_new(f"{user_name}.so", LIBC, "GLIBC_2.33", "fresh")


def test_an_offence_that_helper_and_user_share_is_planned_for_once() -> None:
    plan = make_plan(fixed(*helped("pow", "exp")))
    assert summary(plan)[1:] == [("older version", "_a", [("_a.so", "exp"), ("_a.so", "pow")])]


def test_a_helper_of_a_helper_moves_in_one_round_and_the_rest_waits_for_the_next() -> None:
    deep, middle = helped(user_name="libmiddle", helper_name="libdeep")
    middle = middle._replace(
        linkage=linkage(
            required(LIBM, "GLIBC_2.29", "exp"),
            needed=("libdeep.so",),
            soname="libmiddle.so",
            defines=["middle"],
            loose=[wants("help")],
        )
    )
    top = built(
        "_a.so", linkage(needed=("libmiddle.so",), loose=[wants("middle")]), declaration("_a", libraries=("middle",))
    )
    plan = make_plan(fixed(deep, middle, top))
    assert summary(plan) == [("convenience library", "libmiddle", [("libdeep.so", "fresh"), ("libdeep.so", "pow")])]
    assert [(row.offence.file, row.offence.symbol, row.reason) for row in plan.unresolved] == [
        ("libmiddle.so", "exp", NEXT_ROUND),
        ("libmiddle.so", "fresh", NEXT_ROUND),
        ("libmiddle.so", "pow", NEXT_ROUND),
    ]
    other_way = make_plan(fixed(middle, deep, top))
    assert summary(other_way) == [
        ("convenience library", "_a", [("libmiddle.so", "exp")]),
        ("older version", "_a", [("_a.so", "exp")]),
    ]
    assert {(row.offence.file, row.reason) for row in other_way.unresolved} == {("libdeep.so", NEXT_ROUND)}


def test_a_helper_that_cannot_move_is_fixed_where_it_is() -> None:
    helper, first = helped()
    second = built(
        "_b.so", linkage(needed=("libhelp.so",), loose=[wants("help")]), declaration("_b", libraries=("help",))
    )
    plan = make_plan(fixed(helper, first, second))
    assert summary(plan) == [("older version", "libhelp", [("libhelp.so", "pow")])]
    assert plan.unresolved == (
        Unresolved(
            too_new("libhelp.so", LIBC, "GLIBC_2.33", "fresh"),
            "libhelp.so is linked by _a.so, _b.so: compiled into each, its state would be there twice; "
            "first appears in GLIBC_2.33; the build left no objects that would tell who uses it; " + NOTHING,
        ),
    )


def test_what_no_fix_speaks_of_says_so() -> None:
    loose = built("_a.so", linkage(required(LIBC, "GLIBC_PRIVATE", "inner"), loose=[wants("copy")]), declaration("_a"))
    assert make_plan(fixed(loose)) == Plan(
        (),
        (
            Unresolved(too_new("_a.so", LIBC, "GLIBC_PRIVATE", "inner"), NO_FIX),
            Unresolved(offence("_a.so", "unversioned", LIBC, "GLIBC_2.38", "copy"), NOTHING),
        ),
    )


def test_a_file_that_nobody_declares_says_so_and_which_build_files_cannot_be_read() -> None:
    stray = needs_pow()._replace(declaration=None)
    left = too_new("_a.so", LIBM, "GLIBC_2.29", "pow")
    assert make_plan(fixed(stray)) == Plan((), (Unresolved(left, NOT_DECLARED),))
    unread = fixed(stray)._replace(unread=("setup.py: too deep", "more.py: odd"))
    assert make_plan(unread).unresolved == (Unresolved(left, f"{NOT_DECLARED}; setup.py: too deep; more.py: odd"),)


def test_a_step_that_could_not_be_written_is_not_tried_again_and_gives_its_reason() -> None:
    before = fixed(needs_pow())
    (step,) = make_plan(before).steps
    again = before._replace(blocked=(Blocked(step, "setup.py:4: too clever"),))
    (other,) = make_plan(again).steps
    assert (step.fix, other.fix) == ("older version", "compat source")
    never = again._replace(blocked=(*again.blocked, Blocked(other, "setup.py:5: too clever")))
    assert make_plan(never) == Plan(
        (),
        (Unresolved(too_new("_a.so", LIBM, "GLIBC_2.29", "pow"), "setup.py:4: too clever; setup.py:5: too clever"),),
    )


def test_a_blocked_step_of_one_extension_does_not_block_another() -> None:
    both = fixed(needs_pow(), needs_pow("_b.so", "_b"))
    first, second = make_plan(both).steps
    plan = make_plan(both._replace(blocked=(Blocked(first, "setup.py:4: too clever"),)))
    assert plan.steps[1:] == (second,)
    assert (plan.steps[0].fix, plan.steps[0].extension) == ("compat source", "_a")


def test_when_a_move_is_blocked_the_helper_is_fixed_where_it_is_and_both_reasons_are_kept() -> None:
    helper, user = helped()
    move = make_plan(fixed(helper, user)).steps[0]
    plan = make_plan(fixed(helper, user)._replace(blocked=(Blocked(move, "setup.py:9: too clever"),)))
    assert summary(plan) == [("older version", "libhelp", [("libhelp.so", "pow")])]
    (left,) = plan.unresolved
    assert left.reason == (
        "setup.py:9: too clever; first appears in GLIBC_2.33; the build left no objects that would tell who uses it; "
        + NOTHING
    )


def test_a_name_that_a_helper_of_the_wheel_defines_is_its_own_not_that_of_a_newer_glibc() -> None:
    own = built("libown.so", linkage(soname="libown.so", defines=["copy"]))
    user = built("_a.so", linkage(needed=("libown.so",), loose=[wants("copy")]))
    stranger = built("_b.so", linkage(needed=(LIBC,), loose=[wants("copy")]))
    assert all_offences(fixed(own, user, stranger)) == (offence("_b.so", "unversioned", LIBC, "GLIBC_2.38", "copy"),)


def test_offences_are_told_file_by_file() -> None:
    files = (needs_pow("b.so"), needs_pow("a.so"))
    assert [row.file for row in all_offences(fixed(*files))] == ["b.so", "a.so"]
