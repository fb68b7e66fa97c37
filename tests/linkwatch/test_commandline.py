"""Command lines of linkers: what is made, and of what; response files as GCC and the linkers expand them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from glibcheck.linkwatch.commandline import Link, read
from tests.tools import need


def link(line: str, files: tuple[str, ...] = (), texts: dict[str, str] | None = None) -> Link:
    return read(shlex.split(line), (texts or {}).__getitem__, frozenset(files).__contains__)


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("-shared a.o -o x.so", "x.so"),
        ("-shared a.o -ox.so", "x.so"),
        ("--output x.so a.o", "x.so"),
        ("--output=x.so a.o", "x.so"),
        ("a.o", "a.out"),
        ("-o a -o b", "b"),
        ("-soname -o.so -o x.so", "x.so"),
        ("-rpath -only -o x.so", "x.so"),
    ],
)
def test_the_output_is_where_the_linker_puts_it(line: str, output: str) -> None:
    assert link(line).output == output


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-shared a.o -o x.so -lm", "-shared a.o -lm -o y.so"),
        ("-ox.so a.o", "a.o -o y.so"),
        ("--output=x.so a.o", "a.o -o y.so"),
        ("--output x.so a.o", "a.o -o y.so"),
        ("a.o", "a.o -o y.so"),
        ("-soname -o.so -o x.so", "-soname -o.so -o y.so"),
    ],
)
def test_another_output_takes_the_place_of_every_one(line: str, expected: str) -> None:
    assert link(line).to("y.so") == tuple(shlex.split(expected))


@pytest.mark.parametrize(
    ("line", "inputs"),
    [
        ("-shared crti.o a.o b.o libx.a -o x.so", ("crti.o", "a.o", "b.o", "libx.a")),
        ("a.o a.o", ("a.o",)),
        ("-T a.o b.o", ("b.o",)),  # a script of that name
        ("--version-script b.o a.o", ("a.o",)),
        ("-z b.o -rpath a.o libx.a", ("libx.a",)),
        ("a.o /usr/lib/libc.so.6 absent.o", ("a.o",)),
        ("-L one -L two -lx", ("one/libx.a",)),
        ("-Ltwo -lx", ()),  # a shared one comes first
        ("--library-path=one --library x", ("one/libx.a",)),
        ("-l:libx.a -Lone", ("one/libx.a",)),
        ("-lnone -Lone", ()),
    ],
)
def test_the_inputs_are_the_objects_and_archives(line: str, inputs: tuple[str, ...]) -> None:
    there = ("crti.o", "a.o", "b.o", "libx.a", "one/libx.a", "two/libx.so", "two/libx.a", "/usr/lib/libc.so.6")
    assert link(line, there).inputs == inputs


TEXTS = {
    "blanks": "a.o  b.o\n\tc.o\n",
    "quotes": "'a b.o' \"c d.o\" e\\ f.o g\"h\"'i'.o",
    "inner": 'back\\\\slash.o "a\\"b.o" \'a\\b.o\'',
    "empty": "a.o '' b.o \"\"",
    "nothing": " \n ",
    "unclosed": "a.o 'b c",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_response_file_has_the_words_that_the_linker_reads(tmp_path: Path, text: str) -> None:
    """The linker itself is asked: it complains of each file that is not there, in their order."""
    need("ld")
    (tmp_path / "it.rsp").write_text(text)
    around = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(["ld", "@it.rsp"], cwd=tmp_path, capture_output=True, text=True, check=False, env=around)
    named = re.findall(r"^ld: cannot find (.*): No such file or directory$", done.stderr, re.MULTILINE)
    assert list(link("@it.rsp", texts={"it.rsp": text}).words) == named


def test_response_files_may_name_others() -> None:
    texts = {"one": "a.o @two c.o", "two": "b.o -o x.so"}
    found = link("-shared @one", ("a.o", "b.o", "c.o"), texts)
    assert found == Link(("-shared", "a.o", "b.o", "-o", "x.so", "c.o"), "x.so", ("a.o", "b.o", "c.o"))


def test_a_response_file_that_names_itself_comes_to_an_end() -> None:
    assert link("@one", texts={"one": "a.o @one"}).words[:2] == ("a.o", "a.o")


def test_a_response_file_that_is_not_there_is_an_error_of_the_reader() -> None:
    def absent(path: str) -> str:
        raise FileNotFoundError(path)

    reader: Callable[[str], str] = absent
    with pytest.raises(FileNotFoundError):
        read(["@one"], reader, bool)
