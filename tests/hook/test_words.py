"""What a build is told: one block that can stand in the middle of a compiler's output, byte for byte."""

from __future__ import annotations

from typing import Literal

import pytest

from glibcheck.hook.telling import failure
from glibcheck.hook.words import block, kept_tag, linked_again
from glibcheck.linkwatch.journal import EMPTY, Journal
from glibcheck.model.finding import Failure
from glibcheck.model.names import SymbolName, VersionName
from glibcheck.model.site import Site, Source
from glibcheck.model.verdict import Finding, Judged, Verdict
from glibcheck.settings import DEFAULTS
from glibcheck.workspace.buildrules import BuildRules
from tests.values import LIBM, LIBSTDCXX

Mode = Literal["fix", "check", "warn"]
SITE = Site(SymbolName("pow"), ("code",), "a.o:(.text+0x1b)", function=SymbolName("f"), source=Source("a.c", 7))
POW = Finding("GC001", "needs pow", "link older", LIBM, VersionName("GLIBC_2.29"), SymbolName("pow"), (SITE,))
THROW = Finding(
    "GC001", "needs throw", "link it in", LIBSTDCXX, VersionName("GLIBCXX_3.4.29"), SymbolName("_ZNSt3foo3barEv")
)


def rules(mode: Mode = "check", target: str = "manylinux_2_17") -> BuildRules:
    return BuildRules(mode, target, DEFAULTS._replace(target=target), None)


def judged(path: str, *findings: Finding) -> Judged:
    return Judged(path, "manylinux_2_17", (path,), findings)


def verdict(*files: Judged, errors: tuple[Failure, ...] = (), notes: tuple[str, ...] = ()) -> Verdict:
    return Verdict("manylinux_2_17", files, errors, notes=notes)


def test_the_block_says_what_who_and_what_to_do() -> None:
    found = verdict(judged("pkg/a.so", POW), judged("pkg/b.so"), notes=("of the verdict",))
    assert block(found, rules(), Journal(notes=("of the links",))) == (
        "glibcheck: 1 file does not fit manylinux_2_17\n"
        "\n"
        "pkg/a.so  manylinux_2_17\n"
        "  GC001  needs pow\n"
        "         at:  a.c:7 in f (a.o:(.text+0x1b))\n"
        "         fix: link older\n"
        "\n"
        "note: of the verdict\n"
        "2 files judged, 1 does not fit manylinux_2_17 (GC001)\n"
        "glibcheck rule GC001 explains that finding at length\n"
        "note: of the links\n"
        'mode = "fix" in [tool.glibcheck] links for the target instead; GLIBCHECK_MODE=off builds without'
    )


ADVICE: dict[Mode, str] = {
    "check": 'mode = "fix" in [tool.glibcheck] links for the target instead; GLIBCHECK_MODE=off builds without',
    "warn": 'mode = "fix" in [tool.glibcheck] links for the target instead, mode = "check" fails the build; '
    "GLIBCHECK_MODE=off builds without",
    "fix": "linking for the target could not change this; GLIBCHECK_MODE=off builds without",
}


@pytest.mark.parametrize("mode", ADVICE)
def test_the_last_line_says_what_another_mode_would_do(mode: Mode) -> None:
    assert block(verdict(judged("a.so", POW)), rules(mode), EMPTY).splitlines()[-1] == ADVICE[mode]


HEADS = {
    "a-file": ((judged("a.so", POW),), (), "1 file does not fit manylinux_2_17"),
    "two-files": ((judged("a.so", POW), judged("b.so", THROW)), (), "2 files do not fit manylinux_2_17"),
    "an-error": ((), (Failure("a.so", "is cut short"),), "not everything that was built can be judged"),
    "an-error-beside-what-fits": (
        (judged("b.so"),),
        (Failure("a.so", "is cut short"),),
        "not everything that was built can be judged",
    ),
    "an-error-beside-what-does-not": (
        (judged("b.so", POW),),
        (Failure("a.so", "is cut short"),),
        "1 file does not fit manylinux_2_17",
    ),
}


@pytest.mark.parametrize(("files", "errors", "head"), HEADS.values(), ids=HEADS)
def test_the_first_line_counts_what_does_not_fit(
    files: tuple[Judged, ...], errors: tuple[Failure, ...], head: str
) -> None:
    lines = block(verdict(*files, errors=errors), rules(), EMPTY).split("\n")
    assert lines[:2] == [f"glibcheck: {head}", ""]
    assert [line for line in lines if "cut short" in line] == ["  a.so: is cut short"] * len(errors)


def test_names_of_cxx_are_those_of_the_source() -> None:
    assert "St3foo" not in block(verdict(judged("a.so", POW, THROW._replace(library=LIBM))), rules(), EMPTY)
    together = [THROW, THROW._replace(symbol=SymbolName("_ZNSt3foo3bazEv"))]
    assert "std::foo::bar(), std::foo::baz()" in block(verdict(judged("a.so", *together)), rules(), EMPTY)


TRICK = "a\x1b[31m\nb\r.so"
TOLD = r"a\x1b[31m\nb\r.so"


@pytest.mark.parametrize("where", ["path", "error", "message", "note", "target"])
def test_no_name_can_write_lines_of_its_own(where: str) -> None:
    tricks = {name: TRICK if name == where else "plain" for name in ("path", "error", "message", "note", "target")}
    found = verdict(judged(tricks["path"], POW), errors=(Failure(tricks["error"], tricks["message"]),))
    text = block(found, rules(target=tricks["target"]), Journal(notes=(tricks["note"],)))
    assert all(line.isprintable() for line in text.split("\n"))
    assert TOLD in text


@pytest.mark.parametrize("mode", ADVICE)
def test_no_line_break_and_no_empty_line_is_at_the_end(mode: Mode) -> None:
    lines = block(verdict(judged("a.so", POW)), rules(mode), EMPTY).split("\n")
    assert lines[-1] == ADVICE[mode]
    assert lines[-2] == "glibcheck rule GC001 explains that finding at length"


@pytest.mark.parametrize(
    ("again", "said"),
    [
        (1, "glibcheck: 1 file was linked again, and all fit debian:12"),
        (2, "glibcheck: 2 files were linked again, and all fit debian:12"),
    ],
)
def test_what_was_linked_again_is_counted(again: int, said: str) -> None:
    assert linked_again(rules("fix", "debian:12"), Journal(again=again)) == said


def test_why_a_wheel_keeps_its_tag_is_one_line() -> None:
    told = "glibcheck: the wheel stays linux_x86_64: needs pow; link older"
    assert kept_tag("linux_x86_64", POW) == told
    assert kept_tag("linux\n", POW._replace(message="a\nb", fix="\x1b")) == (
        r"glibcheck: the wheel stays linux\n: a\nb; \x1b"
    )


TELLING = {
    "fits": ("check", True, 0, None, ""),
    "fits-after-links": ("fix", True, 2, None, "glibcheck: 2 files were linked again, and all fit manylinux_2_17\n"),
    "does-not-in-check": ("check", False, 0, "block", ""),
    "does-not-in-fix": ("fix", False, 1, "block", ""),
    "does-not-in-warn": ("warn", False, 0, None, "block\n"),
}


@pytest.mark.parametrize(("mode", "fits", "again", "failed", "said"), TELLING.values(), ids=TELLING)
def test_the_mode_decides_between_failing_and_saying(
    capsys: pytest.CaptureFixture[str], mode: Mode, fits: bool, again: int, failed: str | None, said: str
) -> None:
    found, journal = verdict(judged("a.so") if fits else judged("a.so", POW)), Journal(again=again)
    text = "" if fits else block(found, rules(mode), journal)
    assert failure(found, rules(mode), journal) == (text if failed else None)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", said.replace("block", text))
