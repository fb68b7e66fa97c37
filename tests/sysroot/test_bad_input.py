"""What cannot be: no compiler, an impossible target, somebody's folder. One line, exit code 2, nothing left behind."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest

from tests.projects import glibcheck
from tests.sysroot.linked import image, made
from tests.tools import need


@pytest.fixture
def around(tmp_path: Path) -> dict[str, str]:
    """Give an environment with caches and scratch folders that are empty, and stay so."""
    need("gcc")
    (tmp_path / "scratch").mkdir()
    return {"XDG_CACHE_HOME": str(tmp_path / "cache"), "TMPDIR": str(tmp_path / "scratch"), "CC": "gcc"}


def refused(around: dict[str, str], *words: str) -> str:
    """Run the program, which refuses in one line, and leaves nothing."""
    done = glibcheck(*words, **around)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.startswith("glibcheck: ")
    assert done.stderr.count("\n") == 1
    left = [name for key in ("XDG_CACHE_HOME", "TMPDIR") for _, _, names in os.walk(around[key]) for name in names]
    assert left == []
    return done.stderr.removeprefix("glibcheck: ").rstrip()


@pytest.mark.parametrize(
    ("more", "words", "said"),
    [
        ({"CC": "", "PATH": ""}, ("--target", "2.17"), "cc: is not installed; a sysroot needs a C compiler"),
        ({"CC": "no-such-cc"}, ("--target", "2.17"), "no-such-cc: is not installed, or not a program"),
        ({"CC": "gcc -no-such-flag"}, ("--target", "2.17"), "unrecognized command-line option '-no-such-flag'"),
        ({"CC": "false"}, ("--target", "2.17"), "exit code 1"),
        ({"CC": ""}, ("--target", "2.17", "--machine", "vax"), "vax-gcc: is not installed"),
        ({}, ("--target", "2.17", "--machine", "aarch64"), "gcc: compiles for "),
        ({"CC": ""}, ("--target", "2.12", "--machine", "aarch64"), "unknown target '2.12': the oldest"),
        ({"CC": ""}, ("--target", "2.20", "--machine", "riscv64"), "unknown target '2.20': the oldest"),
        ({}, ("--target", "2.99"), "unknown target '2.99': the newest glibc that is known here"),
        ({}, ("--target", "musllinux_1_2"), "it has musl"),
        ({}, ("--target", "nonsense"), "unknown target 'nonsense'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_refused(
    around: dict[str, str], more: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    assert said in refused({**around, **more}, "sysroot", *words)


def test_a_target_newer_than_the_compilers_glibc(around: dict[str, str]) -> None:
    release = os.confstr("CS_GNU_LIBC_VERSION") or ""
    newer = f"2.{int(release.rpartition('.')[2]) + 1}"
    if newer > "2.43":
        pytest.skip("no newer glibc than this system's is known")
    assert "newer than the compiler's glibc" in refused(around, "sysroot", "--target", newer)


def test_a_folder_of_somebody_else_stays_as_it_is(around: dict[str, str], tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (place / "mine").write_text("mine")
    done = glibcheck("sysroot", "--target", "2.17", "-o", str(place), **around)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"glibcheck: {place}: is there already and is no sysroot of ours; name another folder, or remove it\n"
    )
    assert [(name, (place / name).read_text()) for name in os.listdir(place)] == [("mine", "mine")]
    assert sorted(os.listdir(tmp_path)) == ["cache", "place", "scratch"]


def test_a_folder_of_ours_is_made_anew(around: dict[str, str], tmp_path: Path) -> None:
    place = tmp_path / "place"
    for target in ("2.17", "2.28"):
        done = glibcheck("sysroot", "--target", target, "-o", str(place), **around)
        assert done.returncode == 0, done.stderr
        text = (place / "glibcheck-env").read_text()
        assert f'export LDFLAGS="-L{place} ' in text
        assert done.stdout == text
    assert sorted(os.listdir(tmp_path)) == ["cache", "place", "scratch"]
    assert os.listdir(tmp_path / "scratch") == []


def test_a_sysroot_that_lost_a_file_of_the_compiler_is_made_anew(around: dict[str, str], tmp_path: Path) -> None:
    # Another compiler of the same name: its size and time differ.
    gcc = tmp_path / "my-gcc"
    gcc.write_text('#!/bin/sh\nexec gcc "$@"\n')
    gcc.chmod(0o755)
    first = glibcheck("sysroot", "--target", "2.17", **{**around, "CC": str(gcc)})
    gcc.write_text('#!/bin/sh\n# newer\nexec gcc "$@"\n')
    second = glibcheck("sysroot", "--target", "2.17", **{**around, "CC": str(gcc)})
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert first.stdout != second.stdout


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ((), "a command is expected behind --"),
        (("no-such-program",), "no-such-program: cannot be run: No such file or directory"),
    ],
)
def test_env_without_a_command_that_can_be_run(command: tuple[str, ...], said: str) -> None:
    made("2.17")
    done = glibcheck("env", "--target", "2.17", "--", *command)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_env_gives_the_exit_code_of_the_command() -> None:
    made("2.17")
    code = "import os, sys; print(os.environ['LDFLAGS']); sys.exit(23)"
    done = glibcheck("env", "--target", "2.17", "--", sys.executable, "-c", code, LDFLAGS="-Wl,-O1")
    assert done.returncode == 23
    assert done.stdout.startswith("-L")
    assert done.stdout.endswith(" -Wl,-O1\n")  # what is there stays


def test_env_within_env_finds_the_compilers_own_linker(tmp_path: Path) -> None:
    (tmp_path / "it.c").write_text("double pow(double, double); double f(double x) { return pow(x, x); }")
    inner = [sys.executable, "-m", "glibcheck", "env", "--target", "2.17", "--", "sh", "-c",
             "gcc -shared -fPIC it.c -o it.so -lm"]  # fmt: skip
    done = glibcheck("env", "--target", "2.28", "--", "sh", "-c", f"cd {tmp_path} && {shlex.join(inner)}")
    assert (done.returncode, done.stderr) == (0, "")
    assert image(tmp_path / "it.so").needed[0] == "libm.so.6"
