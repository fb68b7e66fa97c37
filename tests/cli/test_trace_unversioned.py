"""A symbol that is asked for without a version has no entry in verneed, and is traced to its line all the same."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.run import run
from tests.report.test_trace_json import schema
from tests.tools import need, output

SOURCE = """\
extern long __isoc23_strtol(const char *, char **, int);
long parse(const char *text) {
    return __isoc23_strtol(text, 0, 10);
}
"""
NAME = "__isoc23_strtol"
LINE = "s.c:3 in parse"
ASKED = {"symbol": (NAME,), "target": ("--target", "glibc-2.28"), "both": (NAME, "--target", "glibc-2.28")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Link x.so without any library, as one does who believes that the interpreter has libc anyway."""
    need("gcc")
    (tmp_path / "s.c").write_text(SOURCE)
    words = ("-g", "-O2", "-fPIC", "-nostdlib", "-shared", "-Wl,--build-id")
    output("gcc", *words, "-o", str(tmp_path / "x.so"), str(tmp_path / "s.c"))
    return tmp_path


@pytest.mark.parametrize("words", ASKED.values(), ids=ASKED.keys())
@pytest.mark.parametrize("form", ["text", "tree", "html"])
def test_it_is_shown_with_its_line(form: str, words: tuple[str, ...], folder: Path) -> None:
    done = run(folder, "trace", "x.so", *words, "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    assert NAME in done.stdout
    assert "no version" in done.stdout
    if form == "html":
        assert '<span class="source">s.c:3</span> <span class="function">in parse</span>' in done.stdout
    else:
        assert LINE in done.stdout


@pytest.mark.parametrize("words", ASKED.values(), ids=ASKED.keys())
def test_the_document_has_it_with_an_empty_version(words: tuple[str, ...], folder: Path) -> None:
    document = json.loads(run(folder, "trace", "x.so", *words, "--format", "json").stdout)
    jsonschema.validate(document, schema(), jsonschema.Draft202012Validator)
    (row,) = document["traces"]
    assert (row["library"], row["version"], row["symbols"], row["holder"]) == ("", "", [NAME], "x.so")
    assert [(site["function"], site["source"]["line"]) for site in row["sites"]] == [("parse", 3)]
    assert row.get("too_new") == ("--target" in words or None)


def test_the_tree_ends_with_its_name(folder: Path) -> None:
    done = run(folder, "trace", "x.so", "--target", "glibc-2.28", "--format", "tree")
    assert done.stdout.endswith(f"\nToo new for glibc-2.28: {NAME} (without a version) by x.so.\n")


@pytest.mark.parametrize("form", ["text", "tree", "json"])
def test_a_target_that_has_it_is_content(form: str, folder: Path) -> None:
    done = run(folder, "trace", "x.so", "--target", "glibc-2.39", "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    assert LINE not in done.stdout
    assert not done.stdout.startswith("\n")


def test_where_a_library_here_has_it_that_one_is_named(folder: Path) -> None:
    (folder / "main.c").write_text("#include <string.h>\nsize_t f(const char *text) { return strlen(text); }\n")
    output("gcc", "-shared", "-fPIC", "-fno-builtin", "-o", str(folder / "libmain.so"), str(folder / "main.c"))
    words = ("-g", "-O2", "-fPIC", "-nostdlib", "-shared", "-Wl,--no-as-needed", f"-L{folder}", "-Wl,-rpath,$ORIGIN")
    (folder / "t.c").write_text(SOURCE.replace(NAME, "strtol"))
    output("gcc", *words, "-o", str(folder / "y.so"), str(folder / "t.c"), "-lmain")
    done = run(folder, "trace", "y.so", "strtol")
    assert done.stdout.startswith("no version, here of libc.so.6\n  y.so\n      strtol\n          t.c:3 in parse")


def test_it_goes_on_record_and_comes_back_in_a_check(folder: Path) -> None:
    done = run(folder, "trace", "x.so", NAME, "--record", "p.json")
    assert LINE in done.stdout
    output("strip", str(folder / "x.so"))
    done = run(folder, "check", "--isolated", "--target", "glibc-2.28", "--provenance", "p.json", "x.so")
    assert (done.returncode, done.stderr) == (1, "")
    assert "s.c:3" in done.stdout
    assert "no provenance" not in done.stdout


@pytest.mark.parametrize("words", [(), ("--target", "glibc-2.39"), (NAME,)], ids=["plain", "later-target", "symbol"])
def test_a_record_has_it_whatever_was_asked(words: tuple[str, ...], folder: Path) -> None:
    assert run(folder, "trace", "x.so", *words, "--record", "p.json").returncode == 0
    (file,) = json.loads((folder / "p.json").read_text())["files"]
    assert file["symbols"][NAME]["sites"][0][1:4] == ["parse", "s.c", 3]
