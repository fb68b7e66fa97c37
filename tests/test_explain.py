"""What loaders and linkers say, taken from their own mouths: the real ld.so, ld, musl's loader and auditwheel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from glibcheck.explain import Explanation, explain
from tests.cli.run import refusal, run
from tests.elf.compiled import compiled
from tests.tools import need

SHARED = ("-shared", "-fPIC", "-nostdlib", "-fno-builtin")
LOAD = "import ctypes, os, sys; ctypes.CDLL(sys.argv[1], os.RTLD_NOW)"


def said(*command: str, **environment: str) -> str:
    """Give what a command that must fail says on stderr."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C", **environment}
    )
    assert done.returncode != 0
    return done.stderr


def loader_says(path: Path) -> str:
    return said(sys.executable, "-c", LOAD, str(path))


def only(text: str) -> Explanation:
    (found,) = explain(text)
    return found


def library_of(folder: Path, name: str, version: str) -> Path:
    """Make a library whose functions `wanted` and `kept` have a version; `without` makes it again in the same place."""
    script = folder / "v.map"
    script.write_text(f"{version} {{ global: wanted; kept; }};")
    return compiled(
        folder / name, "void wanted(void) {} void kept(void) {}", *SHARED, f"-Wl,-soname={name}",
        f"-Wl,--version-script={script}",
    )  # fmt: skip


def user_of(folder: Path, library: Path, *flags: str) -> Path:
    text = "void wanted(void); void f(void) { wanted(); }"
    return compiled(folder / "_it.so", text, *SHARED, str(library), f"-Wl,-rpath,{folder}", *flags)


# The real messages.


def test_glibcs_loader_misses_a_version(tmp_path: Path) -> None:
    need("gcc")
    libc = library_of(tmp_path, "libc.so.6", "GLIBC_2.99")
    user = user_of(tmp_path, libc, "-Wl,--disable-new-dtags")
    libc.unlink()
    found = only(loader_says(user))
    assert found.version == "GLIBC_2.99"
    assert found.library is not None
    assert found.library.endswith("/libc.so.6")
    assert found.file == str(user)
    assert (found.since, found.systems) == ("glibc 2.99", ())
    assert "libc.so.6 is newer than the one here" in found.meaning


def test_glibcs_loader_misses_a_version_of_libstdcxx(tmp_path: Path) -> None:
    need("gcc")
    made = library_of(tmp_path, "libstdc++.so.6", "GLIBCXX_3.4.30")
    user = user_of(tmp_path, made)
    library_of(tmp_path, "libstdc++.so.6", "GLIBCXX_3.4")
    found = only(loader_says(user))
    assert (found.version, found.since) == ("GLIBCXX_3.4.30", "GCC 12.1")
    assert ("Debian", "12") in found.systems
    assert "statically" in found.builder


def test_glibcs_loader_misses_a_symbol(tmp_path: Path) -> None:
    need("gcc")
    user = compiled(tmp_path / "_it.so", "void no_such_thing(void); void f(void) { no_such_thing(); }", *SHARED)
    found = only(loader_says(user))
    assert (found.symbol, found.version, found.since) == ("no_such_thing", None, None)
    assert "nor has any glibc" in found.meaning


def test_glibcs_loader_misses_a_symbol_of_a_version(tmp_path: Path) -> None:
    need("gcc")
    user = user_of(tmp_path, library_of(tmp_path, "libit.so", "IT_1"))
    script = tmp_path / "v.map"
    script.write_text("IT_1 { global: kept; };")
    compiled(tmp_path / "libit.so", "void kept(void) {}", *SHARED, "-Wl,-soname=libit.so",
             f"-Wl,--version-script={script}")  # fmt: skip
    found = only(loader_says(user))
    assert (found.symbol, found.version) == ("wanted", "IT_1")


def test_glibcs_loader_misses_a_library(tmp_path: Path) -> None:
    need("gcc")
    made = library_of(tmp_path, "libgone.so.1", "GONE_1")
    user = user_of(tmp_path, made)
    made.unlink()
    found = only(loader_says(user))
    assert found.library == "libgone.so.1"
    assert "not installed here" in found.meaning


def test_glibcs_loader_meets_another_machine(tmp_path: Path) -> None:
    need("gcc")
    made = compiled(tmp_path / "_it.so", "int x;", *SHARED)
    data = bytearray(made.read_bytes())
    data[4] = 3 - data[4]  # EI_CLASS: 32 bits for 64
    made.write_bytes(data)
    assert "32 bits where 64 are wanted" in only(loader_says(made)).meaning


def test_the_linker_misses_a_symbol(tmp_path: Path) -> None:
    need("gcc")
    source = tmp_path / "a.c"
    source.write_text("void __isoc23_strtoul_l(void); int main(void) { no_such(); }")
    found = only(said("gcc", "-w", "-o", str(tmp_path / "a"), str(source)))
    assert found.symbol == "no_such"


def test_musls_loader_misses_a_symbol_and_a_library(tmp_path: Path) -> None:
    need("musl-gcc")
    helper = compiled(tmp_path / "libh.so", "void wanted(void) {}", *SHARED, "-Wl,-soname=libh.so")
    source = tmp_path / "a.c"
    source.write_text("void wanted(void); int main(void) { wanted(); }")
    program = tmp_path / "a"
    subprocess.run(("musl-gcc", "-o", program, source, helper, f"-Wl,-rpath,{tmp_path}"), check=True)
    compiled(helper, "void other(void) {}", *SHARED, "-Wl,-soname=libh.so")
    found = only(said(str(program)))
    assert (found.symbol, found.file) == ("wanted", str(program))
    assert found.meaning.startswith("The musl here has no wanted")
    helper.unlink()
    first, second = explain(said(str(program)))
    assert (first.library, second.symbol) == ("libh.so", "wanted")
    assert "needs a library that is not installed here" in first.meaning


# What is known by heart: forms of releases that are not here.


@pytest.mark.parametrize(
    ("text", "part", "since"),
    [
        ("x.so: undefined symbol: __isoc23_strtol", "in C23", "glibc 2.38"),
        ("version `GLIBC_2.34' not found", "whose glibc is newer", "glibc 2.34"),
        ("GLIBCXX_3.4.30 not found", "whose libstdc++ is newer", "GCC 12.1"),
        ("x: /lib/libc.so.6: GLIBC_2.38 not found", "whose libc.so.6 is newer", "glibc 2.38"),
        ("version 'CXXABI_1.3.13' not found (required by x)", "whose libstdc++ is newer", "GCC 11.1"),
        ("libgomp.so.1: version `GOMP_4.5' not found (required by x.so)", "whose libgomp.so.1 is newer", "GCC 6"),
        ("undefined symbol: arc4random", "which the glibc here does not have", "glibc 2.36"),
        ("undefined symbol: PyUnicode_AsUTF8", "Python's C interface", None),
        ("undefined symbol: _ZSt4cout, version GLIBCXX_3.4.21", "of GLIBCXX_3.4.21", "GCC 5.1"),
        (
            "symbol pthread_create, version GLIBC_2.2.5 not defined in file libc.so.6 with link time reference",
            "libraries of their own",
            "glibc 2.34",
        ),
        ("libc.so.6: version `GLIBC_PRIVATE' not found (required by x.so)", "inner functions", None),
        ("libc.so.6: version `GLIBC_ABI_DT_RELR' not found (required by x.so)", "GLIBC_ABI_DT_RELR", "glibc 2.36"),
        ("Error relocating ./x.so: __isoc23_strtol: symbol not found", "built for glibc", None),
        ("x.so: cannot enable executable stack as shared object requires: Invalid argument", "executable stack", None),
        ("x.so: CPU ISA level is lower than required", "newer processor", None),
        ("x.so: cannot allocate memory in static TLS block", "thread-local", None),
        ("ERROR: x.whl is not a supported wheel on this platform.", "do not fit", None),
        ("because of the presence of too-recent versioned symbols. You'll need", "does not say which", None),
    ],
)
def test_forms(text: str, part: str, since: str | None) -> None:
    found = only(text)
    assert (part in found.meaning, found.since) == (True, since), found


def test_each_message_of_a_log_is_explained_once_and_in_order() -> None:
    line = "b.so: undefined symbol: arc4random\n"
    found = explain(f"Traceback\n{line}{line}a: version `GLIBC_2.34' not found (required by a)\n")
    assert [row.symbol or row.version for row in found] == ["arc4random", "GLIBC_2.34"]
    assert [row.symbol for row in explain("undefined symbol: a, undefined symbol: b")] == ["a", "b"]


def test_a_long_log_of_nothing_takes_no_time() -> None:
    assert explain("a" * 100_000) == explain("version `" * 20_000) == explain("(required by " * 20_000) == ()


# The command.


def test_who_asks_is_told(tmp_path: Path) -> None:
    need("gcc")
    libc = library_of(tmp_path, "libc.so.6", "GLIBC_2.34")
    user_of(tmp_path, libc)
    message = "libc.so.6: version `GLIBC_2.34' not found (required by _it.so)"
    done = run(tmp_path, "explain", message, "--file", "_it.so")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  asked for by _it.so:\n    wanted\n" in done.stdout
    found = json.loads(run(tmp_path, "explain", "--format", "json", message, "--file", "_it.so").stdout)
    jsonschema.validate(found, json.loads(files("glibcheck.report").joinpath("schema/explain-1.json").read_text()))
    assert found["messages"][0]["askers"] == [{"path": "_it.so", "symbols": ["wanted"]}]


def test_a_message_on_stdin(tmp_path: Path) -> None:
    words = (sys.executable, "-m", "glibcheck", "explain")
    where = str(Path(__file__).parents[1])
    done = subprocess.run(
        words, input="x.so: undefined symbol: arc4random", capture_output=True, text=True, check=True, cwd=where
    )
    assert done.stdout.startswith("undefined symbol: arc4random\n")


def test_what_is_not_understood_is_no_answer(tmp_path: Path) -> None:
    assert refusal(run(tmp_path, "explain", "it does not work")).startswith("no message in this that is understood")
    done = run(tmp_path, "explain", "undefined symbol: arc4random", "--file", "gone.so")
    assert (done.returncode, done.stderr) == (2, "glibcheck: gone.so: cannot be opened: No such file or directory\n")
