"""The simulated loader against ld.so itself: a sample in which all ways of binding meet, and some programs.

`tests/oracles/test_ld_debug.py` asks the same of many more.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from glibcheck.workspace.system import load_closure
from tests.elf.compiled import compiled
from tests.loaderoracle import LOADER, agree, asked, ours
from tests.tools import missing, output

MAIN = """
#include <stdio.h>
extern int shared; int taken(void); int called(void); int versioned(void); int loose(void); int cplus(void);
extern int maybe(void) __attribute__((weak));
extern int nowhere(void) __attribute__((weak));
extern __thread int local;
int interposed(void) { return 1; }
int guarded(void) { return 1; }
int symbolic(void) { return 1; }
int (*volatile pointer)(void);
int main(void) {
    pointer = taken;  /* in a program that is no PIE, the address of its own PLT entry */
    return puts("x") + shared + taken() + called() + versioned() + loose() + cplus() + local
        + (maybe ? maybe() : 0) + (nowhere ? nowhere() : 0);
}
"""
LIBA = """
int shared = 1; __thread int local = 2;
int taken(void) { return 1; }
int interposed(void) { return 2; }
int guarded(void) __attribute__((visibility("protected")));
int guarded(void) { return 3; }
static int chosen(void) { return 4; }
static int (*pick(void))(void) { return chosen; }
int resolved(void) __attribute__((ifunc("pick")));
int old(void) { return 1; } int new(void) { return 2; }
__asm__(".symver old, versioned@A_1"); __asm__(".symver new, versioned@@A_2");
int *where(void) { return &shared; }
void *addresses[] = {taken, interposed, guarded, resolved, &shared, where};
int called(void) { return interposed() + guarded() + resolved() + taken() + local; }
int loose(void) { return 0; }
"""
SCRIPT = "A_1 { global: shared; local: old; new; }; A_2 { global: *; } A_1;\n"
LIBB = """
int symbolic(void) { return 2; }
int loose(void) { return 5; }
int maybe(void) { return symbolic(); }
extern int shared;
void *parts[] = {symbolic, loose, &shared};
"""
# Every C++ library has a copy of what is inline; the static variable is STB_GNU_UNIQUE.
LIBC = """
#include <string>
#include <stdexcept>
inline int &counter() { static int number; return number; }
struct Shape { virtual ~Shape() {} virtual int sides() { return counter(); } };
extern "C" int %s() { try { throw std::runtime_error(std::string(99, 'x')); } catch (...) { return Shape().sides(); } }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile the libraries: by rpath of the program liba.so, by its own runpath libb.so, C++ by LD_LIBRARY_PATH."""
    top = tmp_path_factory.mktemp("sample")
    for name in ("rpath", "runpath", "library_path"):
        (top / name).mkdir()
    (top / "a.map").write_text(SCRIPT)
    made = ("-shared", "-fPIC", "-O1", "-fno-builtin")
    compiled(top / "runpath" / "libb.so", LIBB, *made, "-Wl,-soname,libb.so", "-Wl,-z,now")
    runpath = ("-Wl,--enable-new-dtags,-rpath,$ORIGIN/../runpath", "-Wl,-z,now")
    liba = (LIBA, *made, "-Wl,-soname,liba.so", f"-Wl,--version-script={top}/a.map", *runpath, "-Wl,--no-as-needed")
    compiled(top / "rpath" / "liba.so", *liba, str(top / "runpath" / "libb.so"))
    for name in ("cplus", "other"):
        source = top / "library_path" / f"lib{name}.cc"
        source.write_text(LIBC % name)
        library = str(source.with_suffix(".so"))
        output("g++", *made, "-o", library, str(source), f"-Wl,-soname,lib{name}.so", "-Wl,-z,now")
    return top


def program(folder: Path, name: str, *flags: str) -> str:
    libraries = [f"{folder}/rpath/liba.so", f"{folder}/library_path/libcplus.so", f"{folder}/library_path/libother.so"]
    rpath = ("-Wl,--disable-new-dtags,-rpath,$ORIGIN/rpath", f"-Wl,-rpath-link,{folder}/runpath", "-Wl,--no-as-needed")
    return str(compiled(folder / name, MAIN, *flags, "-O1", *rpath, *libraries, "-lm"))


@pytest.mark.parametrize("flags", [("-no-pie", "-fno-pie"), ("-pie", "-fPIE"), ("-no-pie", "-fno-pie", "-Wl,-z,now")])
def test_every_search_and_binding_of_the_sample_is_that_of_the_loader(flags: tuple[str, ...], folder: Path) -> None:
    path = program(folder, f"main{len(flags)}{flags[0]}", *flags)
    library_path = f"{folder}/library_path"
    assert agree(path, library_path) > 400
    closure = load_closure(path, library_path)
    assert {row.name: row.found_by for row in closure.libraries[1:4]} == {
        "liba.so": f"rpath $ORIGIN/rpath of {os.path.basename(path)}",
        "libcplus.so": "LD_LIBRARY_PATH",
        "libother.so": "LD_LIBRARY_PATH",
    }
    assert "libm.so.6" in {row.provider for row in closure.unused if row.user == os.path.basename(path)}


def test_the_sample_binds_in_all_the_ways_that_it_should(folder: Path) -> None:
    path = program(folder, "ways", "-no-pie", "-fno-pie")
    liba, libb = f"{folder}/rpath/liba.so", f"{folder}/runpath/libb.so"
    found = ours(load_closure(path, f"{folder}/library_path")).bindings
    assert {
        (path, liba, "shared", "A_1"),  # the copy is filled from here
        (liba, path, "shared", "A_1"),  # and is the one that all use
        (libb, path, "shared", ""),
        (liba, path, "taken", "A_2"),  # the address is that of the program's PLT entry
        (path, liba, "taken", "A_2"),  # which calls this
        (liba, path, "interposed", "A_2"),
        (path, liba, "versioned", "A_2"),
        (path, libb, "maybe", ""),
        (libb, path, "symbolic", ""),
        (libb, liba, "loose", ""),
    } <= found
    assert not any(row[2] == "nowhere" for row in found)
    assert not any(row[:2] == (liba, path) and row[2] == "guarded" for row in found)


@pytest.mark.parametrize("flags", [("-no-pie", "-fno-pie"), ("-pie", "-fPIE")])
def test_a_symbolic_library_finds_itself_first(flags: tuple[str, ...], folder: Path) -> None:
    path = program(folder, "symbolic", *flags)
    libb = folder / "runpath" / "libb.so"
    before = libb.read_bytes()
    try:
        # -Bsymbolic leaves the loader nothing to do, so the flag is set in a library that was linked without it.
        now, symbolic = struct.pack("<QQ", 30, 8), struct.pack("<QQ", 30, 8 | 2)
        assert before.count(now) == 1
        libb.write_bytes(before.replace(now, symbolic))
        agree(path, f"{folder}/library_path")
        found = ours(load_closure(path, f"{folder}/library_path")).bindings
        assert {(str(libb), str(libb), name, "") for name in ("symbolic", "loose")} <= found
    finally:
        libb.write_bytes(before)


def test_what_is_not_found_is_what_the_loader_does_not_find(folder: Path) -> None:
    path = program(folder, "lost")
    theirs, closure = asked(path), load_closure(path, "")
    assert ours(closure).found == theirs.found
    assert theirs.found["libcplus.so"] == ("", "")
    (row,) = (row for row in closure.libraries if row.name == "libcplus.so")
    assert row.tried[0] == f"{folder}/rpath"
    assert "ld.so.cache" in row.tried


def test_origin_of_a_program_is_where_it_is_and_not_the_link_to_it(folder: Path, tmp_path: Path) -> None:
    path = program(folder, "linked")
    link = tmp_path / "link"
    link.symlink_to(path)
    listed = subprocess.run(
        (str(link),), env={"LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, text=True, check=True
    ).stdout
    assert f"liba.so => {folder}/rpath/liba.so" in listed
    assert load_closure(str(link), "").libraries[1].path == f"{folder}/rpath/liba.so"


def test_hwcaps_are_taken_as_the_loader_says_that_the_processor_does(folder: Path) -> None:
    path = program(folder, "fast")
    words = re.findall(r"^  (x86-64-v\d) \(supported, searched\)", output(LOADER, "--help"), re.MULTILINE)
    if not words:
        missing("a processor of x86-64-v2, or glibc 2.33")
    there = folder / "hwcaps" / "glibc-hwcaps" / words[-1]
    there.mkdir(parents=True)
    for name in ("libcplus.so", "libother.so"):
        (there / name).write_bytes((folder / "library_path" / name).read_bytes())
    around = f"{folder}/hwcaps:{folder}/library_path"
    agree(path, around, tuple(words))
    closure = load_closure(path, around, tuple(words))
    assert str(there / "libother.so") in {row.path for row in closure.libraries}


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], bool]] = {
    "cut-short": (lambda data: data[:40], True),
    "text": (lambda data: b"INPUT ( libb.so.1 )" * 9, True),
    "empty": (lambda data: b"", True),
    "another-machine": (lambda data: data[:18] + b"\xb7\0" + data[20:200], False),
    "another-class": (lambda data: data[:4] + b"\1" + data[5:100], False),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_loader_stops_at_damage_and_passes_over_other_machines(damage: str, folder: Path, tmp_path: Path) -> None:
    change, fatal = DAMAGE[damage]
    path = program(folder, "meets-damage")
    data = Path(f"{folder}/library_path/libcplus.so").read_bytes()
    (tmp_path / "libcplus.so").write_bytes(change(data))
    around = f"{tmp_path}:{folder}/library_path"
    theirs, closure = asked(path, LD_LIBRARY_PATH=around), load_closure(path, around)
    (row,) = (row for row in closure.libraries if row.name == "libcplus.so")
    assert (theirs.failure != "", row.problem is not None, row.linkage is None) == (fatal, fatal, fatal)
    assert (row.path or "").startswith(f"{tmp_path}/" if fatal else f"{folder}/")


@pytest.mark.parametrize("name", ["ls", "perl", "python3", "git"])
def test_every_search_and_binding_of_a_program_is_that_of_the_loader(name: str) -> None:
    path = os.path.realpath(f"/usr/bin/{name}")
    if not os.path.exists(path):
        missing(f"/usr/bin/{name}")
    assert agree(path) > 100


def test_the_program_itself_is_not_run(tmp_path: Path) -> None:
    text = '#include <stdio.h>\nint main(int n, char **words) { fclose(fopen("ran", "w")); return 0; }\n'
    path = compiled(tmp_path / "writes", text)
    agree(str(path))
    asked(str(path), str(tmp_path))
    assert not (tmp_path / "ran").exists()
