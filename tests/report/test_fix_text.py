"""The report of a fix: whole texts for whole outcomes, diffs that patch(1) takes, names without power."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from glibcheck.model.finding import ScannedFile
from glibcheck.model.names import SymbolName
from glibcheck.model.outcome import Attempt, Breakage, Outcome
from glibcheck.model.plan import AddLinkFlags, Edit, ForceInclude, Offence, Plan, Step, Unresolved
from glibcheck.model.site import Site, Source
from glibcheck.report.fix_text import diff, render
from glibcheck.report.ink import Ink
from tests.tools import need
from tests.values import LIBC, LIBDL, LIBM, LIBSTDCXX, directive, image, offence, required, target

FILE = "pkg/_a.abi3.so"
POW = offence(FILE, "too new", LIBM, "GLIBC_2.29", "pow")
EXP = offence(FILE, "too new", LIBM, "GLIBC_2.29", "exp")
RELR = offence(FILE, "too new", LIBC, "GLIBC_ABI_DT_RELR", None)
DLSYM = offence(FILE, "misplaced", LIBDL, "GLIBC_2.2.5", "dlsym")
COPY = offence(FILE, "unversioned", LIBC, "GLIBC_2.38", "copy")

NOTHING = Outcome("project", target("2.28"), (), (), Plan((), ()), (), (), None, "import")
HEADING = "project, target glibc-2.28\n  newest allowed: GLIBC 2.28, GLIBCXX 3.4.25\n"

OLDER = Step(
    "older version",
    "pkg._a",
    "glibc-2.28 has an older version",
    (EXP, POW),
    (ForceInclude("pkg._a", "glibcheck_symver.h"),),
    (directive("exp", "GLIBC_2.2.5"), directive("pow", "GLIBC_2.2.5", "libx.so.1")),
)
HOME = Step("old home", "pkg._a", "it must be in DT_NEEDED", (DLSYM,), (AddLinkFlags("pkg._a", ("-x",)),))
SETUP = Edit("setup.py", "a\nb\n", "a\n\tc\n")
HEADER = Edit("new.h", None, "/* new */\n")


def scanned(path: str, *versions: str) -> ScannedFile:
    needs = [required(LIBSTDCXX if name.startswith("GLIBCXX") else LIBM, name, "x") for name in versions]
    return ScannedFile(path, image(*needs))


BEFORE = (scanned(FILE, "GLIBC_2.29", "GLIBCXX_3.4.30"), scanned("pkg/libhelp.so", "GLIBC_2.34"))
AFTER = (scanned(FILE, "GLIBC_2.14", "CXXABI_1.3"),)
HELD = NOTHING._replace(
    before=BEFORE,
    offences=(DLSYM, RELR, EXP, POW, COPY),
    plan=Plan((OLDER, HOME), ()),
    edits=(HEADER, SETUP),
    after=AFTER,
)


def test_a_project_within_the_target_is_its_heading() -> None:
    assert render(NOTHING, Ink()) == HEADING


def test_a_fix_that_holds_is_told_from_offence_to_result() -> None:
    assert (
        render(HELD, Ink())
        == f"""{HEADING}
Too new for the target
  pkg/_a.abi3.so: GLIBC_2.2.5 of libdl.so.2 (must be in DT_NEEDED)
      dlsym
  pkg/_a.abi3.so: GLIBC_ABI_DT_RELR of libc.so.6
      (no symbol names it)
  pkg/_a.abi3.so: GLIBC_2.29 of libm.so.6
      exp, pow
  pkg/_a.abi3.so: GLIBC_2.38 of libc.so.6 (asked for without a version)
      copy

Plan
  1. older version for pkg._a
       answers exp, pow
       because glibc-2.28 has an older version
       exp -> GLIBC_2.2.5
       pow -> GLIBC_2.2.5, which is in libx.so.1 there
  2. old home for pkg._a
       answers dlsym
       because it must be in DT_NEEDED

Diff
  --- /dev/null
  +++ b/new.h
  @@ -0,0 +1 @@
  +/* new */
  --- a/setup.py
  +++ b/setup.py
  @@ -1,2 +1,2 @@
   a
  -b
  +    c

Rebuilt
  pkg/_a.abi3.so  GLIBC 2.29 -> 2.14
  pkg/_a.abi3.so  CXXABI none -> 1.3
  pkg/_a.abi3.so  GLIBCXX 3.4.30 -> none
  pkg/libhelp.so  not built any more
  the built modules import here
"""
    )


def test_what_is_left_is_told_with_its_reasons() -> None:
    left = (
        Unresolved(POW, "because of this"),
        Unresolved(RELR, "no fix for this kind of need yet"),
        Unresolved(EXP, "because of this"),
        Unresolved(POW._replace(file="a.so"), "because of that"),
    )
    outcome = NOTHING._replace(offences=(POW,), plan=Plan((), left))
    assert (
        render(outcome, Ink()).partition("Left")[2]
        == """, and why
  a.so: GLIBC_2.29 of libm.so.6
      pow
        because of that
  pkg/_a.abi3.so: GLIBC_2.29 of libm.so.6
      pow, exp
        because of this
  pkg/_a.abi3.so: GLIBC_ABI_DT_RELR of libc.so.6
        no fix for this kind of need yet
"""
    )


def test_every_rebuild_is_told_and_of_the_last_that_fails_the_end_of_its_output() -> None:
    output = "\n".join(f"line {number}" for number in range(1, 41))
    broken = (Breakage("build: x.c:1:1: error: yes", "early"), Breakage("build: x.c:1:1: error: no", output))
    attempts = (
        Attempt(("convenience library", "older version"), broken[0]),
        Attempt(("convenience library",), None),
        Attempt(("older version",), broken[1]),
    )
    shown = render(HELD._replace(attempts=attempts), Ink())
    lines = "\n".join(f"       line {number}" for number in range(16, 41))
    assert (
        f"""
Tried
  1. convenience library, older version: fails: build: x.c:1:1: error: yes
  2. convenience library: works
  3. older version: fails: build: x.c:1:1: error: no
{lines}

Rebuilt
"""
        in shown
    )


def test_what_was_only_scanned_is_not_said_to_be_imported() -> None:
    shown = render(HELD._replace(proof="scan", notes=("it cannot be imported here",)), Ink())
    assert "\nNote\n  it cannot be imported here\n" in shown
    assert "GLIBC 2.29 -> 2.14\n" in shown
    assert "the built modules import here" not in shown


def test_a_smoke_test_that_passes_is_told() -> None:
    shown = render(HELD._replace(proof="smoke test"), Ink())
    assert shown.endswith("  the built modules import here, and the smoke test passes\n")


def place(symbol: str, file: str) -> Site:
    return Site(SymbolName(symbol), ("relocation",), source=Source(f"src/{file}", 7))


def test_what_is_left_comes_with_the_places_that_ask_for_it() -> None:
    places = [place("pow", f"{name}.c") for name in "abcdefg"]
    left = [Unresolved(POW, "no", (*places[:2], places[0])), Unresolved(EXP, "no", tuple(places[2:]))]
    shown = render(NOTHING._replace(offences=(POW,), plan=Plan((), tuple(left))), Ink()).partition("no\n")[2]
    assert (
        shown
        == """\
        at src/a.c:7
        at src/b.c:7
        at src/c.c:7
        at src/d.c:7
        at src/e.c:7
        and at 2 more places
"""
    )


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param(1, "s0", id="one"),
        pytest.param(9, "s0, s1, s2, s3, s4, s5, s6, s7, s8", id="one-more-is-as-short-as-saying-so"),
        pytest.param(10, "s0, s1, s2, s3, s4, s5, s6, s7, 2 more", id="two-more"),
        pytest.param(5000, "s0, s1, s2, s3, s4, s5, s6, s7, 4992 more", id="thousands"),
    ],
)
def test_many_symbols_are_shortened(count: int, expected: str) -> None:
    rows = tuple(offence(FILE, "too new", LIBM, "GLIBC_2.29", f"s{number}") for number in range(count))
    assert f"\n      {expected}\n" in render(NOTHING._replace(offences=rows), Ink())


def test_colour_marks_what_is_in_the_way_and_what_is_as_it_should_be() -> None:
    shown = render(HELD, Ink(colour=True))
    assert "\x1b[31mGLIBC_2.29\x1b[0m of libm.so.6" in shown
    assert "  \x1b[32m+/* new */\x1b[0m\n" in shown
    assert "  \x1b[31m-b\x1b[0m\n" in shown
    assert "GLIBC 2.29 -> \x1b[32m2.14\x1b[0m\n" in shown
    still = HELD._replace(after=(scanned(FILE, "GLIBC_2.34"),))
    assert "GLIBC 2.29 -> \x1b[31m2.34\x1b[0m\n" in render(still, Ink(colour=True))


EVIL = "a\x1b[31m\nb\u202e\udcff"
SHOWN = "a\\x1b[31m\\nb\\u202e\\udcff"


def evil_outcome() -> Outcome:
    site = Site(SymbolName(EVIL), ("code",), EVIL, function=SymbolName(EVIL))
    bad: Offence = offence(EVIL, "too new", EVIL, EVIL, EVIL)
    step = Step("older version", EVIL, EVIL, (bad,), (), (directive(EVIL, EVIL, EVIL),))
    return Outcome(
        project=EVIL,
        target=target("2.28"),
        before=(ScannedFile(EVIL, image(required(EVIL, "GLIBC_2.29", EVIL))), scanned(f"gone{EVIL}")),
        offences=(bad,),
        plan=Plan((step,), (Unresolved(bad, EVIL, (site,)),)),
        edits=(Edit("a\x1b.py", "x = '\x1b[2J\u202e'\n", "x = '\x0c\x85\u2028'\n"),),
        after=(ScannedFile(EVIL, image(required(EVIL, "GLIBC_2.14", EVIL))),),
        attempts=(Attempt((EVIL,), Breakage(EVIL, f"one\n\x1b[2J{EVIL}\r\nlast\x07")),),
        proof="smoke test",
        notes=(EVIL,),
    )


def test_no_name_has_power_over_the_terminal() -> None:
    shown = render(evil_outcome(), Ink())
    assert all(line.isprintable() for line in shown.split("\n"))
    shown.encode("utf-8")
    assert SHOWN in shown


# Diffs


EDITS = {
    "new-file": Edit("pkg/new.h", None, "a\nb\n"),
    "new-file-without-a-last-line-end": Edit("new.h", None, "a\nb"),
    "changed-line": Edit("setup.py", "a\nb\nc\n", "a\nB\nc\n"),
    "far-apart": Edit("setup.py", "x\n" * 30 + "a\n" + "y\n" * 30, "w\n" + "x\n" * 30 + "a\n" + "y\n" * 29),
    "no-line-end-before": Edit("setup.py", "a\nb", "a\nb\nc\n"),
    "no-line-end-after": Edit("setup.py", "a\nb\n", "a\nc"),
    "no-line-end-at-all": Edit("setup.py", "a", "b"),
    "carriage-returns": Edit("setup.py", "a\r\nb\r\n", "a\r\nB\r\n"),
    "carriage-return-in-a-line": Edit("setup.py", "a\rb\nc\n", "a\rb\nd\n"),
    "form-feed": Edit("setup.py", "a\n\x0cb\nc\n", "a\n\x0cb\nd\n"),
    "other-line-ends-of-unicode": Edit("setup.py", "a\u2028b\x85c\x1cd\x0b\ne\n", "a\u2028b\x85c\x1cd\x0b\nf\n"),
    "emptied": Edit("setup.py", "a\n", ""),
    "filled": Edit("setup.py", "", "a\n"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_a_diff_makes_the_old_text_the_new_one(edit: Edit, tmp_path: Path) -> None:
    need("patch")
    path = tmp_path / edit.path
    path.parent.mkdir(exist_ok=True)
    if edit.before is not None:
        path.write_bytes(edit.before.encode())
    text = "".join(f"{line}\n" for line in diff(edit))
    command = ("patch", "--binary", "-p1")
    done = subprocess.run(command, cwd=tmp_path, input=text.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + text
    assert path.read_bytes() == edit.after.encode()


def test_a_file_that_stays_the_same_has_no_diff() -> None:
    assert diff(Edit("setup.py", "a\n", "a\n")) == []
