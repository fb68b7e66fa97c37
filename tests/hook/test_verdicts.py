"""The verdict on what a build has made: the gate's, by the names in the wheel, with the places that links have left."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

import pytest

from glibcheck.errors import InputError, UsageError
from glibcheck.hook.verdicts import elf_files, files_below, tags_kept, verdict_on
from glibcheck.linkwatch.journal import EMPTY, Journal
from glibcheck.model.names import SymbolName
from glibcheck.model.site import Site
from glibcheck.model.verdict import Verdict
from glibcheck.provenance import recorded_sites
from glibcheck.settings import DEFAULTS
from glibcheck.sites import Found
from glibcheck.workspace.buildrules import BuildRules
from tests.cli.test_check import wheel
from tests.elf.compiled import GLIBC, caller, library, made_up

Mode = Literal["fix", "check", "warn"]
BUILD_ID = "12345678"
ELSEWHERE = "was not linked in this build; if an earlier one has left it, remove that and build again"


def rules(mode: Mode = "check", target: str = "manylinux_2_17", **settings: object) -> BuildRules:
    return BuildRules(mode, target, DEFAULTS._replace(target=target, **settings), None)  # type: ignore[arg-type]


def made(folder: Path, name: str, *symbols: str, flags: tuple[str, ...] = ()) -> str:
    """Compile a library that calls functions of a made-up glibc: puts is old, dlopen of 2.34."""
    libc = folder / "glibc"
    libc.mkdir(exist_ok=True)
    made_up(libc, "libc.so.6", GLIBC)
    return str(caller(folder / name, symbols, libc / "libc.so.6", *flags))


def shown(found: Verdict) -> list[tuple[str, list[tuple[str, str | None]]]]:
    return [(file.path, [(row.code, row.symbol) for row in file.findings]) for file in found.files]


def linked(*identities: str) -> Journal:
    return Journal(linked=frozenset(identities))


def test_what_fits_and_what_does_not(tmp_path: Path) -> None:
    old, new = made(tmp_path, "old.so", "puts"), made(tmp_path, "new.so", "puts", "dlopen")
    found = verdict_on([old, new], rules(), EMPTY)
    assert shown(found) == [(old, []), (new, [("GC001", "dlopen")])]
    assert (found.ok, found.target, found.errors, found.notes) == (False, "manylinux_2_17", (), ())
    assert verdict_on([old, new], rules(target="debian:12"), EMPTY).ok


def test_a_library_that_the_target_does_not_promise_is_left_to_auditwheel(tmp_path: Path) -> None:
    other = library(tmp_path / "libother.so.9", "void other(void) {}", "-Wl,-soname,libother.so.9")
    path = made(tmp_path, "it.so", "puts", "other", flags=(str(other),))
    assert verdict_on([path], rules(), EMPTY).ok
    # That there is something to bring along keeps the wheel from its tag, though.
    tags, finding = tags_kept([path], rules(), "x86_64")
    assert (tags, finding and finding.code, finding and finding.library) == ((), "GC010", "libother.so.9")


@pytest.mark.parametrize("tag", ["linux_x86_64", "manylinux2014_x86_64", "any"])
def test_the_tag_of_a_wheel_is_left_to_whoever_repairs_it(tmp_path: Path, tag: str) -> None:
    packed = wheel(tmp_path, Path(made(tmp_path, "it.so", "dlopen")), tag)
    found = verdict_on([str(packed)], rules(), EMPTY)
    assert [row for row in shown(found) if row[1]] == [("it/_it.so", [("GC001", "dlopen")])]
    assert verdict_on([str(packed)], rules(target="debian:12"), EMPTY).ok


def test_files_are_called_as_in_the_wheel(tmp_path: Path) -> None:
    path = made(tmp_path, "it.so", "dlopen")
    found = verdict_on([path], rules(), EMPTY, lambda path: f"it-1.0.whl:pkg/{os.path.basename(path)}")
    assert shown(found) == [("pkg/it.so", [("GC001", "dlopen")])]


def test_what_cannot_be_read_is_no_pass(tmp_path: Path) -> None:
    path = tmp_path / "it.so"
    path.write_bytes(Path(made(tmp_path, "whole.so", "puts")).read_bytes()[:100])
    found = verdict_on([str(path)], rules(), EMPTY)
    assert (found.ok, [row.path for row in found.errors]) == (False, [str(path)])


@pytest.mark.parametrize("pattern", ["pkg/*", "*/it.so", "it.so"])
def test_patterns_of_the_settings_are_for_the_names_in_the_wheel(tmp_path: Path, pattern: str) -> None:
    path = made(tmp_path, "plain.so", "dlopen")
    held = rules(per_file_ignores=((pattern, ("GC001",)),))
    assert verdict_on([path], held, EMPTY, lambda _: "it-1.0.whl:pkg/it.so").ok
    assert not verdict_on([path], held, EMPTY, lambda _: "it-1.0.whl:other/plain.so").ok


def test_a_baseline_is_for_the_names_in_the_wheel(tmp_path: Path) -> None:
    path, known = made(tmp_path, "plain.so", "dlopen"), tmp_path / "known.json"
    entry = {"file": "it:pkg/it.so", "code": "GC001", "library": "libc.so.6", "version": "GLIBC_2.34"}
    known.write_text(json.dumps({"schema": "glibcheck.baseline/1", "findings": [{**entry, "symbol": "dlopen"}]}))
    held = rules(baseline=str(known))
    assert verdict_on([path], held, EMPTY, lambda _: "it-1.0.whl:pkg/it.so").ok
    assert not verdict_on([path], held, EMPTY, lambda _: "it-1.0.whl:pkg/other.so").ok
    known.write_text("{}")
    with pytest.raises(InputError, match="is no baseline of glibcheck"):
        verdict_on([path], held, EMPTY)
    known.unlink()
    with pytest.raises(UsageError, match="there is no such baseline"):
        verdict_on([path], held, EMPTY)


@pytest.mark.parametrize(
    ("flags", "identity"),
    [((f"-Wl,--build-id=0x{BUILD_ID}",), BUILD_ID), ((), "it.so")],
    ids=["by-its-build-id", "by-its-name"],
)
@pytest.mark.parametrize("packed", [False, True], ids=["loose", "in-a-wheel"])
def test_a_file_is_known_to_the_links_that_made_it(
    tmp_path: Path, flags: tuple[str, ...], identity: str, packed: bool
) -> None:
    path = made(tmp_path, "it.so", "dlopen", flags=flags)
    if packed:
        path = str(wheel(tmp_path, Path(path)))
        identity = identity.replace("it.so", "_it.so")  # as the helper names it in there
    site = Site(SymbolName("dlopen"), ("code",), "a.o:(.text+0x1b)", function=SymbolName("f"))
    known = {identity: recorded_sites("it.so", identity, Found((site,), ()))}
    found = verdict_on([path], rules("fix"), linked(identity)._replace(known=known))
    (finding,) = (row for file in found.files for row in file.findings)
    assert finding.origins == (site,)
    assert found.notes == ()


@pytest.mark.parametrize(
    ("mode", "symbols", "journal", "notes"),
    [
        ("fix", ("dlopen",), EMPTY, (f"it.so {ELSEWHERE}",)),
        ("fix", ("dlopen",), linked("other.so"), (f"it.so {ELSEWHERE}",)),
        ("fix", ("puts",), EMPTY, ()),
        ("check", ("dlopen",), EMPTY, ()),
        ("warn", ("dlopen",), EMPTY, ()),
    ],
    ids=["nothing-was-linked", "another-was-linked", "it-fits", "in-the-mode-check", "in-the-mode-warn"],
)
def test_a_fix_says_which_files_it_has_not_linked(
    tmp_path: Path, mode: Mode, symbols: tuple[str, ...], journal: Journal, notes: tuple[str, ...]
) -> None:
    path = made(tmp_path, "it.so", *symbols)
    assert verdict_on([path], rules(mode), journal, lambda path: f"x-1.whl:{os.path.basename(path)}").notes == notes


def test_the_lines_of_what_an_earlier_build_has_left_are_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = made(tmp_path, "it.so", "dlopen", flags=("-g",))
    (finding,) = (row for file in verdict_on([path], rules(), EMPTY).files for row in file.findings)
    # By the text that tests.elf.compiled writes: the declaration, then the one line that calls it.
    (line,) = (
        number for number, row in enumerate(Path("it.so.c").read_text().splitlines(), 1) if row.startswith("void entry")
    )
    places = {(row.function, row.source and row.source.path, row.source and row.source.line) for row in finding.origins}
    assert places == {("entry", "it.so.c", line)}


KEPT = {
    "the-tag-with-its-older-name": ("manylinux_2_17", ("manylinux2014_x86_64", "manylinux_2_17_x86_64")),
    "by-its-older-name": ("manylinux2014", ("manylinux2014_x86_64", "manylinux_2_17_x86_64")),
    "the-tag": ("manylinux_2_28", ("manylinux_2_28_x86_64",)),
    "the-newest-tag-of-a-distribution": ("debian:12", ("manylinux_2_36_x86_64",)),
    "none-of-musl": ("musllinux_1_2", ()),
}


@pytest.mark.parametrize(("target", "tags"), KEPT.values(), ids=KEPT)
def test_the_tags_of_the_target_when_they_are_kept(tmp_path: Path, target: str, tags: tuple[str, ...]) -> None:
    assert tags_kept([made(tmp_path, "it.so", "puts")], rules(target=target), "x86_64") == (tags, None)


@pytest.mark.parametrize("target", ["manylinux_2_17", "manylinux_2_28"])
def test_the_first_finding_against_the_tags(tmp_path: Path, target: str) -> None:
    tags, finding = tags_kept([made(tmp_path, "it.so", "puts", "dlopen")], rules(target=target), "x86_64")
    assert tags == ()
    assert finding is not None
    assert (finding.code, finding.symbol, finding.version) == ("GC001", "dlopen", "GLIBC_2.34")


def test_a_tag_is_not_kept_by_what_only_the_target_itself_allows(tmp_path: Path) -> None:
    """debian:12 says nothing of libraries; the tag that its wheels would get does."""
    other = library(tmp_path / "libother.so.9", "void other(void) {}", "-Wl,-soname,libother.so.9")
    path = made(tmp_path, "it.so", "puts", "other", flags=(str(other),))
    tags, finding = tags_kept([path], rules(target="debian:12"), "x86_64")
    assert (tags, finding and finding.code) == ((), "GC010")


def test_a_file_that_cannot_be_read_keeps_no_tag(tmp_path: Path) -> None:
    damaged = tmp_path / "bad.so"
    damaged.write_bytes(b"\x7fELF" + bytes(60))
    tags, finding = tags_kept([made(tmp_path, "it.so", "puts"), str(damaged)], rules(), "x86_64")
    assert tags == ()
    assert finding is not None
    assert finding.message.startswith("bad.so cannot be judged: ")


def test_exceptions_of_the_settings_do_not_make_a_tag_true(tmp_path: Path) -> None:
    path, held = made(tmp_path, "it.so", "dlopen"), rules(ignore=("GC001",))
    assert verdict_on([path], held, EMPTY).ok
    tags, finding = tags_kept([path], held, "x86_64")
    assert (tags, finding and finding.code) == ((), "GC001")


def test_a_wheel_without_compiled_files_fits_and_says_so(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("no ELF")
    packed = wheel(tmp_path, text)
    found = verdict_on([str(packed)], rules(), EMPTY)
    assert (found.ok, found.files, found.notes) == (True, (), (f"{packed}: no ELF file, nothing to judge",))


def test_elf_files_are_known_by_their_first_bytes(tmp_path: Path) -> None:
    contents = {"b.so": b"\x7fELF\2", "a": b"\x7fELF", "text.so": b"text", "short.so": b"\x7fEL", "empty.so": b""}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.so").mkdir()
    paths = [str(tmp_path / name) for name in ("b.so", "absent.so", "folder.so", *contents, "b.so")]
    assert elf_files(paths) == [str(tmp_path / "b.so"), str(tmp_path / "a")]


def test_the_files_of_a_folder_are_found_however_deep(tmp_path: Path) -> None:
    for name in ("z.so", "a/b/c.so", "a/d.txt", "a/e", "f/.g.so"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"text" if name.endswith(".txt") else b"\x7fELF")
    (tmp_path / "f" / "broken.so").symlink_to("nowhere")
    assert {os.path.relpath(path, tmp_path) for path in files_below(str(tmp_path))} == {
        "z.so", "a/b/c.so", "a/e", "f/.g.so",
    }  # fmt: skip
    assert files_below(str(tmp_path / "absent")) == []
