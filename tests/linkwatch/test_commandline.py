"""Command lines of linkers: what is made, and of what; response files as GCC and the linkers expand them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glibcheck.errors import InputError
from glibcheck.linkwatch.commandline import Link, read
from tests.tools import need, output


def link(line: str, files: tuple[str, ...] = (), texts: dict[str, str] | None = None) -> Link:
    return read(shlex.split(line), (texts or {}).__getitem__, {*files, *(texts or {})}.__contains__)


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


def there(folder: Path) -> Callable[[str], bool]:
    return lambda path: (folder / path).is_file()


@pytest.fixture
def objects(tmp_path: Path) -> Path:
    """A folder with objects and libraries for the real linker: `two` has a shared one beside the archive."""
    need("gcc", "ar", "ld")
    for name in ("one", "two", "it.so.p", "my.software"):
        (tmp_path / name).mkdir()
    for name in ("a", "b"):
        (tmp_path / f"{name}.c").write_text(f"int {name}(void) {{ return 1; }}\n")
        output("gcc", "-fPIC", "-c", f"{tmp_path}/{name}.c", "-o", f"{tmp_path}/{name}.o")
    for folder in ("one", "two"):
        output("ar", "rc", f"{tmp_path}/{folder}/libx.a", f"{tmp_path}/b.o")
    output("gcc", "-shared", "-nostdlib", f"{tmp_path}/b.o", "-o", f"{tmp_path}/two/libx.so")
    for folder in ("it.so.p", "my.software"):
        (tmp_path / folder / "a.o").write_bytes((tmp_path / "a.o").read_bytes())
    return tmp_path


def ld(folder: Path, *words: str) -> str:
    around = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(["ld", *words], cwd=folder, capture_output=True, text=True, check=False, env=around)
    assert done.returncode == 0, done.stderr
    return done.stdout


ASKED = {
    "objects-and-archives": "a.o b.o one/libx.a",
    "an-object-twice": "a.o a.o -z muldefs",
    "a-folder-that-meson-names-after-the-library": "it.so.p/a.o",
    "a-folder-with-another-name-like-that": "my.software/a.o",
    "a-library": "a.o -Lone -lx",
    "a-library-in-two-words": "a.o -L one -l x",
    "a-library-by-its-long-option": "a.o --library-path=one --library x",
    "a-library-by-its-long-option-in-one-word": "a.o --library-path=one --library=x",
    "a-folder-that-comes-later": "a.o -lx -Lone",
    "the-first-folder-with-an-archive": "a.o -Lone -Ltwo -lx",
    "the-first-folder-with-a-shared-one": "a.o -Ltwo -Lone -lx",
    "a-file-by-its-name": "a.o -l:libx.a -Ltwo",
    "a-shared-file-by-its-name": "a.o -l:libx.so -Ltwo",
    "only-archives": "a.o -Bstatic -Ltwo -lx -Bdynamic",
    "only-archives-by-another-name": "a.o -dn -Ltwo -lx -dy",
    "shared-ones-again": "a.o -Bstatic -Bdynamic -Ltwo -lx",
    "a-group": "a.o --start-group one/libx.a --end-group",
    "a-group-of-all": "a.o --whole-archive one/libx.a --no-whole-archive",
}


@pytest.mark.parametrize("line", ASKED.values(), ids=ASKED)
def test_the_inputs_are_those_that_the_linker_opens(objects: Path, line: str) -> None:
    words = ["-shared", *line.split(), "-o", "x.so"]
    # Older ones write '(one/libx.a)b.o'.
    opened = [re.sub(r"^\((.*)\).*$", r"\1", row) for row in ld(objects, *words, "--trace").splitlines()]
    wanted = tuple(dict.fromkeys(row for row in opened if not row.endswith(".so")))
    assert read(words, str, there(objects)).inputs == wanted


WITH_VALUE = (
    "-soname", "-h", "-rpath", "-rpath-link", "-u", "--undefined", "-e", "--entry", "-y", "--trace-symbol", "--wrap",
    "-init", "-fini", "--exclude-libs", "-Map", "--dynamic-linker", "-I", "--audit", "--depaudit", "-P", "-f", "-F",
    "--auxiliary", "--filter", "--dependency-file", "-L", "--library-path", "-Y", "-z",
)  # fmt: skip


@pytest.mark.parametrize("option", WITH_VALUE)
def test_a_value_with_the_name_of_a_file_is_no_input(objects: Path, option: str) -> None:
    words = ["-shared", "a.o", option, "b.o", "-o", "x.so"]
    opened = ld(objects, *words, "--trace").splitlines()
    assert "b.o" not in opened, "the linker takes it for a file"
    assert read(words, str, there(objects)).inputs == ("a.o",)


LISTS = {"--retain-symbols-file": "a\n", "--dynamic-list": "{ a; };\n", "--version-script": "{ global: a; };\n"}


@pytest.mark.parametrize("option", LISTS)
def test_a_list_of_names_is_no_input(objects: Path, option: str) -> None:
    (objects / "names").write_text(LISTS[option])
    words = ["-shared", "a.o", option, "names", "-o", "x.so"]
    ld(objects, *words)
    assert read(words, str, there(objects)).inputs == ("a.o",)


NAMED = {
    "a-word": "-o x.so a.o",
    "joined": "-ox.so a.o",
    "the-long-option": "--output x.so a.o",
    "the-long-option-joined": "--output=x.so a.o",
    "none": "a.o",
    "the-last-one": "-o y -o x.so a.o",
    "an-option-of-one-dash-is-an-output": "-omagic a.o",  # ld(1): such options need two
    "the-format-is-not": "--oformat elf64-x86-64 -o x.so a.o",
    "a-soname-like-the-option": "-o x.so -soname -only a.o",
    "a-soname-that-is-the-option": "-soname -o -o x.so a.o",
    "an-odd-one": "'-ox y.so' a.o",
}


@pytest.mark.parametrize("line", NAMED.values(), ids=NAMED)
def test_the_output_and_another_one_are_those_that_the_linker_makes(objects: Path, line: str) -> None:
    if "elf64-x86-64" in line and os.uname().machine != "x86_64":
        pytest.skip("the format of another machine")
    words = ["-shared", "--build-id=none", *shlex.split(line)]
    found = read(words, str, there(objects))
    before = set(os.listdir(objects))
    ld(objects, *words)
    assert set(os.listdir(objects)) - before == {found.output}
    ld(objects, *found.to("other so"))
    assert set(os.listdir(objects)) - before == {found.output, "other so"}
    assert (objects / "other so").read_bytes() == (objects / found.output).read_bytes()


def test_what_looks_like_a_response_file_and_is_none_is_a_word(objects: Path) -> None:
    """As for libiberty's `expandargv`; ld.so of another system would know @loader_path."""
    words = ["-shared", "a.o", "-rpath", "@loader_path/..", "-o", "x.so"]
    ld(objects, *words)

    def absent(path: str) -> str:
        raise InputError(path, "does not exist")

    assert read(words, absent, there(objects)) == Link(tuple(words), "x.so", ("a.o",))


def test_an_at_sign_alone_is_a_word() -> None:
    assert link("a.o @ -o x").words == ("a.o", "@", "-o", "x")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text("ab'\"\\ \t\n", max_size=30))
def test_whatever_is_in_a_response_file_its_words_are_those_that_the_linker_reads(tmp_path: Path, text: str) -> None:
    need("ld")
    (tmp_path / "it.rsp").write_text(text)
    around = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(["ld", "@it.rsp"], cwd=tmp_path, capture_output=True, text=True, check=False, env=around)
    named = re.findall(r"^ld: cannot find (.*?): No such file or directory$", done.stderr, re.MULTILINE | re.DOTALL)
    assert list(link("@it.rsp", texts={"it.rsp": text}).words) == named
