"""`glibcheck symver` as a user meets it: a header for what the given files use, and what has no directive."""

from __future__ import annotations

import os
import platform
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from glibcheck.symver import read_header
from tests.cli.run import refusal, run, usage_error
from tests.cli.test_trace import make_missing, make_text
from tests.elf.build import File, Symbol, build
from tests.elf.test_image import need
from tests.test_symver import older_pow
from tests.tools import output
from tests.values import LIBC, LIBM

POW = "double pow(double, double);\ndouble f(double x) { return pow(x, 3.5); }\n"
NEITHER = "int abs(int);\nint g(int x) { return x + 1; }\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make objects and libraries of two sources: one that uses pow, one that uses nothing."""
    older_pow()
    for name, text in {"pow": POW, "neither": NEITHER}.items():
        source = tmp_path / f"{name}.c"
        source.write_text(text)
        output("gcc", "-fPIC", "-c", "-o", str(tmp_path / f"{name}.o"), str(source))
        output("gcc", "-shared", "-o", str(tmp_path / f"{name}.so"), str(tmp_path / f"{name}.o"), "-lm")
    return tmp_path


@pytest.mark.parametrize(
    ("files", "symbols"),
    [
        pytest.param(("pow.o",), ["pow"], id="object"),
        pytest.param(("pow.so",), ["pow"], id="shared-library"),
        pytest.param(("pow.o", "pow.so", "neither.o"), ["pow"], id="several"),
        pytest.param(("neither.o",), [], id="object-that-uses-nothing"),
        pytest.param(("neither.so",), [], id="library-that-uses-nothing"),
    ],
)
def test_the_header_has_what_the_files_use(files: tuple[str, ...], symbols: list[str], folder: Path) -> None:
    done = run(folder, "symver", "--target", "2.28", *files)
    assert (done.returncode, done.stderr) == (0, "")
    assert [row.symbol for row in read_header(done.stdout)] == symbols
    assert done.stdout.startswith("/* Binds symbols to the versions that glibc-2.28 has.")


def test_an_object_that_is_bound_already_needs_no_directive_any_more(folder: Path) -> None:
    (folder / "symver.h").write_text(run(folder, "symver", "--target", "2.28", "pow.o").stdout)
    output("gcc", "-include", str(folder / "symver.h"), "-fPIC", "-c", "-o", str(folder / "b.o"), str(folder / "pow.c"))
    output("gcc", "-shared", "-o", str(folder / "b.so"), str(folder / "b.o"), "-lm")
    for name in ("b.o", "b.so"):
        assert read_header(run(folder, "symver", "--target", "2.28", name).stdout) == ()


def test_without_a_file_the_header_has_all_symbols_of_this_system(folder: Path) -> None:
    done = run(folder, "symver", "--target", "manylinux2014")
    assert done.returncode == 0
    symbols = [row.symbol for row in read_header(done.stdout)]
    assert {"pow", "exp"} <= set(symbols)
    assert symbols == sorted(symbols)
    assert "has no directive" not in done.stderr


def test_a_target_that_has_everything_makes_an_empty_header(folder: Path) -> None:
    done = run(folder, "symver", "--target", "2.43", "pow.o")
    assert (done.returncode, read_header(done.stdout), done.stderr) == (0, (), "")


def write_library(path: Path, machine: int = 62) -> None:
    verneed = (need(LIBC, ("GLIBC_2.34", 2), ("GLIBC_2.99", 3)), need(LIBM, ("GLIBC_2.29", 4)))
    symbols = (Symbol("pthread_create", 2), Symbol("of_the_future", 3), Symbol("pow", 4))
    path.write_bytes(build(File(machine=machine, verneed=verneed, symbols=symbols)).data)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the library is written for x86_64")
def test_what_has_no_directive_is_a_finding_and_named_and_the_rest_is_written(folder: Path) -> None:
    write_library(folder / "made.so")
    done = run(folder, "symver", "--target", "2.28", "made.so")
    assert done.returncode == 1
    assert [row.symbol for row in read_header(done.stdout)] == ["pow", "pthread_create"]
    assert done.stderr == (
        "glibcheck: on the target some of these are in libpthread.so.0; "
        "link with -Wl,--push-state,--no-as-needed,-l:libpthread.so.0,--pop-state\n"
        "glibcheck: of_the_future@GLIBC_2.99 has no directive: first appears in GLIBC_2.99\n"
    )


def test_output_goes_to_a_file_whole_and_keeps_its_permissions(folder: Path) -> None:
    header = folder / "symver.h"
    header.write_text("older and much longer than what takes its place\n" * 100)
    header.chmod(0o640)
    done = run(folder, "symver", "--target", "2.28", "pow.o", "-o", "symver.h")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert header.read_text() == run(folder, "symver", "--target", "2.28", "pow.o").stdout
    assert stat.S_IMODE(header.stat().st_mode) == 0o640
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("where", "message"),
    [
        pytest.param("gone/symver.h", "cannot be written: No such file or directory", id="no-such-folder"),
        pytest.param(".", "cannot be written: it is not a regular file", id="folder"),
        pytest.param("", "cannot be written: it is not a regular file", id="empty-name"),
        pytest.param("pipe", "cannot be written: it is not a regular file", id="pipe"),
        pytest.param("pow.c/symver.h", "cannot be written: Not a directory", id="file-in-place-of-a-folder"),
    ],
)
def test_output_that_cannot_be_written_is_one_line(where: str, message: str, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    before = sorted(path.name for path in folder.iterdir())
    assert refusal(run(folder, "symver", "--target", "2.28", "pow.o", "-o", where)) == f"{where}: {message}"
    assert sorted(path.name for path in folder.iterdir()) == before


def make_lto(path: Path) -> None:
    output("gcc", "-flto", "-fno-fat-lto-objects", "-c", "-o", str(path), str(path.with_name("pow.c")))


BAD: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "missing": ("bad", make_missing, "bad: cannot be opened: No such file or directory"),
    "directory": ("bad", Path.mkdir, "bad: is a directory; .*"),
    "text": ("bad", make_text, "bad: not an ELF file"),
    "empty": ("bad", Path.touch, "bad: the file is empty; expected an ELF file"),
    "pipe": ("bad", os.mkfifo, "bad: is not a regular file"),
    "object-cut-short": (
        "bad.o",
        lambda path: path.write_bytes(path.with_name("pow.o").read_bytes()[:500]),
        "bad.o: damaged relocatable object: .*",
    ),
    "object-for-lto": ("bad.o", make_lto, "bad.o: compiled with -flto, only the linked file tells what it uses; .*"),
    "name-with-a-newline": ("bad\nname", make_text, r"bad\\nname: not an ELF file"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_input_is_one_line_and_nothing_is_written(bad: str, folder: Path) -> None:
    name, make, message = BAD[bad]
    make(folder / name)
    done = run(folder, "symver", "--target", "2.28", "pow.o", name, "-o", "symver.h")
    assert re.fullmatch(message, refusal(done))
    assert not (folder / "symver.h").exists()


def test_files_for_two_machines_are_refused(folder: Path) -> None:
    write_library(folder / "arm.so", machine=183)
    write_library(folder / "intel.so", machine=62)
    message = refusal(run(folder, "symver", "--target", "2.28", "intel.so", "arm.so"))
    assert message == "intel.so, arm.so: are for several machines (aarch64, x86_64); give one at a time"


def test_a_machine_that_this_system_has_no_glibc_for_is_told(folder: Path) -> None:
    if platform.machine() == "s390x" or os.path.exists("/lib/s390x-linux-gnu/libc.so.6"):
        pytest.skip("this system has one for s390x")
    (folder / "other.so").write_bytes(build(File(machine=22, order=">", hash="none")).data)
    message = refusal(run(folder, "symver", "--target", "2.28", "other.so"))
    assert message == "libc.so.6: this system has none for s390x; work on a system of that machine"


def test_a_machine_without_a_policy_is_told(folder: Path) -> None:
    (folder / "other.so").write_bytes(build(File(machine=8, elf_class=32)).data)
    message = refusal(run(folder, "symver", "--target", "2.28", "other.so"))
    assert message == "unknown target 'mipsel': auditwheel has no manylinux policy for this machine"


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        pytest.param("manylinux_2_99", "auditwheel has manylinux_2_", id="unknown"),
        pytest.param("2.1", "the oldest that can be judged on this machine is manylinux_2_", id="too-old"),
        pytest.param("", "write manylinux_2_28, ", id="empty"),
        pytest.param("\x1b[31m", "write manylinux_2_28, ", id="terminal-commands"),
    ],
)
def test_an_unknown_target_is_one_line(target: str, hint: str, folder: Path) -> None:
    message = refusal(run(folder, "symver", "--target", target, "pow.o"))
    what = f"unknown target {target!r}" if target else "no target"
    assert message.startswith(f"{what}: {hint}")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(("pow.o",), "Missing option '--target'", id="no-target"),
        pytest.param(("--target",), "Option '--target' requires an argument", id="target-without-a-name"),
        pytest.param(("--target", "2.28", "-o"), "Option '-o' requires an argument", id="output-without-a-name"),
    ],
)
def test_a_wrong_call_says_why(words: tuple[str, ...], message: str, folder: Path) -> None:
    assert message in usage_error(run(folder, "symver", *words))
