"""`glibcheck trace` as a user meets it: what it finds, what it could not find, what it cannot read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from tests.cli.run import refusal, run, usage_error
from tests.elf.build import File, Symbol, build
from tests.elf.test_image import need
from tests.report.test_trace_json import schema
from tests.tools import missing, output
from tests.values import LIBC

FIRST = File(
    needed=("libhelp.so",),
    runpath="$ORIGIN",
    verneed=(need("libhelp.so", ("HELP_1", 2)),),
    symbols=(Symbol("help", 2), Symbol("PyList_New")),
)
HELPER = File(
    soname="libhelp.so",
    verneed=(need("libgone.so.1", ("GLIBC_2.34", 2), ("GLIBC_2.4", 3)),),
    symbols=(Symbol("dlsym", 2), Symbol("pthread_create", 2), Symbol("free", 3)),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a file and the helper that it needs, which needs nothing that must be found."""
    (tmp_path / "first.so").write_bytes(build(FIRST).data)
    (tmp_path / "libhelp.so").write_bytes(build(HELPER).data)
    return tmp_path


def test_a_symbol_is_traced_to_the_library_that_needs_it(folder: Path) -> None:
    done = run(folder, "trace", "first.so", "dlsym")
    assert (done.returncode, done.stdout, done.stderr) == (
        0, "GLIBC_2.34 of libgone.so.1\n  first.so -> libhelp.so\n      dlsym\n", "",
    )  # fmt: skip


def test_a_version_is_traced_with_all_its_symbols(folder: Path) -> None:
    done = run(folder, "trace", "first.so", "GLIBC_2.34")
    assert (done.returncode, done.stdout, done.stderr) == (
        0, "GLIBC_2.34 of libgone.so.1\n  first.so -> libhelp.so\n      dlsym, pthread_create\n", "",
    )  # fmt: skip


def test_a_file_is_traced_by_whatever_path_it_is_given(folder: Path) -> None:
    answers = {
        run(folder, "trace", "first.so", "dlsym").stdout,
        run(folder.parent, "trace", f"{folder.name}/first.so", "dlsym").stdout,
        run(folder, "trace", str(folder / "first.so"), "dlsym").stdout,
    }
    assert answers == {"GLIBC_2.34 of libgone.so.1\n  first.so -> libhelp.so\n      dlsym\n"}


@pytest.mark.parametrize("what", ["pow", "GLIBC_2.99", "GLIBC", "HELP_2"])
def test_what_nobody_needs_is_a_finding_and_told(what: str, folder: Path) -> None:
    done = run(folder, "trace", "first.so", what)
    assert (done.returncode, done.stdout, done.stderr) == (
        1, "", f"glibcheck: first.so: neither it nor its libraries need {what}\n",
    )  # fmt: skip


def test_a_missing_library_is_a_finding_and_told_and_the_rest_is_traced(folder: Path) -> None:
    (folder / "libhelp.so").unlink()
    done = run(folder, "trace", "first.so")
    assert done.returncode == 1
    assert done.stderr == "glibcheck: first.so: libhelp.so was not found; what it needs is not in this answer\n"
    assert "  libhelp.so  not found\n      chain first.so -> libhelp.so\n      needed by first.so\n" in done.stdout
    assert "HELP_1 of libhelp.so\n  first.so\n      help\n" in done.stdout


def test_a_missing_library_is_told_beside_an_answer_too(folder: Path) -> None:
    (folder / "libhelp.so").unlink()
    done = run(folder, "trace", "first.so", "help")
    assert (done.returncode, done.stdout) == (1, "HELP_1 of libhelp.so\n  first.so\n      help\n")
    assert "libhelp.so was not found" in done.stderr


def test_library_path_is_followed_as_the_loader_would(folder: Path) -> None:
    (folder / "there").mkdir()
    (folder / "libhelp.so").rename(folder / "there" / "libhelp.so")
    assert run(folder, "trace", "first.so").returncode == 1
    done = run(folder, "trace", "first.so", LD_LIBRARY_PATH=str(folder / "there"))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"  libhelp.so  {folder}/there/libhelp.so (LD_LIBRARY_PATH)\n" in done.stdout


@pytest.mark.parametrize("words", [(), ("dlsym",), ("pow",)], ids=["all", "symbol", "nobody"])
def test_json_keeps_to_the_schema(words: tuple[str, ...], folder: Path) -> None:
    done = run(folder, "trace", "--format", "json", "first.so", *words)
    document = json.loads(done.stdout)
    jsonschema.validate(document, schema(), jsonschema.Draft202012Validator)
    assert document["path"] == "first.so"
    assert [row["name"] for row in document["libraries"]] == ["first.so", "libhelp.so"]
    assert {tuple(row["symbols"]) for row in document["traces"]} == {
        (): {("help",), ("dlsym", "pthread_create"), ("free",)},
        ("dlsym",): {("dlsym",)},
        ("pow",): set(),
    }[words]
    assert done.returncode == (1 if words == ("pow",) else 0)


def make_missing(path: Path) -> None:
    assert not path.exists()


def make_text(path: Path) -> None:
    path.write_text("not a program\n" * 100)


def make_static(path: Path) -> None:
    source = path.with_name("static.c")
    source.write_text("int main(void) { return 0; }\n")
    if not os.path.isabs(output("gcc", "-print-file-name=libc.a").strip()):
        missing("libc.a")
    output("gcc", "-static", "-o", str(path), str(source))


def make_object(path: Path) -> None:
    source = path.with_name("object.c")
    source.write_text("int f(void) { return 0; }\n")
    output("gcc", "-c", "-o", str(path), str(source))


BAD: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "missing": ("bad", make_missing, "bad: cannot be opened: No such file or directory"),
    "directory": ("bad", Path.mkdir, "bad: is a directory; .*"),
    "text": ("bad", make_text, "bad: not an ELF file"),
    "empty": ("bad", Path.touch, "bad: the file is empty; expected an ELF file"),
    "cut-short": ("bad", lambda path: path.write_bytes(build(FIRST).data[:300]), "bad: at offset 0x.*cut short or .*"),
    "static-executable": ("bad", make_static, r"bad: no dynamic section \(a static executable or debug file\).*"),
    "relocatable-object": ("bad.o", make_object, "bad.o: a relocatable object, not linked yet.*"),
    "pipe": ("bad", os.mkfifo, "bad: is not a regular file"),
    "link-to-itself": ("bad", lambda path: path.symlink_to("bad"), "bad: cannot be opened: Too many levels of .*"),
    "empty-name": ("", lambda path: None, ": cannot be opened: No such file or directory"),
    "name-with-a-newline": ("bad\nname", make_missing, r"bad\\nname: cannot be opened: No such file or directory"),
    "name-with-terminal-commands": ("\x1b[31mbad", make_text, r"\\x1b\[31mbad: not an ELF file"),
    "name-that-is-not-utf-8": ("bad\udcff", make_text, r"bad\\udcff: not an ELF file"),
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_input_is_one_line_on_stderr(bad: str, form: str, folder: Path) -> None:
    name, make, message = BAD[bad]
    make(folder / name)
    assert re.fullmatch(message, refusal(run(folder, "trace", "--format", form, name)))


def test_the_name_of_a_missing_library_has_no_power_over_the_terminal(folder: Path) -> None:
    (folder / "evil.so").write_bytes(build(File(needed=("\x1b[31m\nlib", LIBC))).data)
    done = run(folder, "trace", "evil.so")
    assert done.returncode == 1
    assert done.stderr == ("glibcheck: evil.so: \\x1b[31m\\nlib was not found; what it needs is not in this answer\n")
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param((), "Missing argument 'FILE'", id="nothing"),
        pytest.param(("first.so", "pow", "exp"), "Got unexpected extra argument (exp)", id="two-questions"),
        pytest.param(("--format", "xml", "first.so"), "'xml' is not one of 'tree', 'text', 'json'", id="format"),
        pytest.param(("--select", "GC001", "first.so"), "No such option", id="option-of-another-command"),
    ],
)
def test_a_wrong_call_says_why(words: tuple[str, ...], message: str, folder: Path) -> None:
    assert message in usage_error(run(folder, "trace", *words))
