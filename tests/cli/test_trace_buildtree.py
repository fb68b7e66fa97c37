"""`glibcheck trace` beside the build trees that build systems leave: object, function and line are named."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import ENVIRONMENT, run
from tests.tools import need, output

SYMBOL = "pthread_create"
WORKER = """#include <pthread.h>
static int seen;
static void *count(void *step) { seen += *(int *)step * 7 + 1; return step; }
int start_workers(int n) {
    pthread_t id;
    int step = n * 3 + 11;
    for (int i = 0; i < n; i++)
        if (pthread_create(&id, 0, count, &step)) return i ^ seen;
    return seen;
}
"""
OTHER = "#include <math.h>\ndouble far_away(double a, double b) { return hypot(a * 2, b - 1) + a / 3; }\n"
LINE = 8
LINKERS = {"bfd": "ld.bfd", "gold": "ld.gold", "lld": "ld.lld", "mold": "mold"}


def make(folder: Path, *words: str) -> None:
    """Run a program of a build in its folder."""
    need(words[0])
    done = subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def sources(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "worker.c").write_text(WORKER)
    (folder / "other.c").write_text(OTHER)


def compiled(folder: Path, place: str, *words: str, compiler: str = "gcc") -> list[str]:
    """Compile both sources into a folder; gives the objects as paths from `folder`."""
    sources(folder)
    (folder / place).mkdir(parents=True, exist_ok=True)
    objects = []
    for name in ("worker", "other"):
        objects.append(os.path.normpath(f"{place}/{name}.o"))
        make(folder, compiler, "-fPIC", "-O2", *words, "-c", "-o", objects[-1], f"{name}.c")
    return objects


def whole(archive: str) -> tuple[str, ...]:
    """Give the linker's words for all members of an archive, wanted or not."""
    return ("-Wl,--whole-archive", archive, "-Wl,--no-whole-archive")


def traced(folder: Path, file: str, *words: str) -> tuple[list[Any], list[str]]:
    """Give the sites of the symbol, their objects as whole paths, and the notes."""
    done = run(folder, "trace", file, SYMBOL, "--format", "json", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    traces = json.loads(done.stdout)["traces"]
    sites = [site for trace in traces for site in trace["sites"]]
    for site in sites:
        site["object"] = site["object"] and str(folder / site["object"])
    return sites, [note for trace in traces for note in trace.get("notes", ())]


def assert_named(site: dict[str, Any], obj: Path, member: str | None = None, line: bool = True) -> None:
    """Hold a site against the relocations of its object as objdump reads them."""
    assert site["object"] is not None
    assert obj.samefile(site["object"])
    assert site["member"] == member
    assert site["function"] == "start_workers"
    assert "relocation" in site["evidence"]
    assert f"{site['offset']:x}" in relocations(obj, member, site["section"])
    if line:
        assert (Path(site["source"]["path"]).name, site["source"]["line"]) == ("worker.c", LINE)
    else:
        assert site["source"] is None


def relocations(obj: Path, member: str | None, section: str) -> list[str]:
    """Give the offsets of the section's relocations for the symbol."""
    text = output("objdump", "-r", str(obj))
    if member is not None:
        text = text.partition(f"\n{member}:")[2]
    rows = text.partition(f"RELOCATION RECORDS FOR [{section}]:")[2].partition("RELOCATION RECORDS FOR")[0]
    return [match[1] for match in re.finditer(rf"^0*([0-9a-f]+) +R_\S+ +{SYMBOL}\b", rows, re.MULTILINE)]


@pytest.mark.parametrize("debug", [True, False], ids=["g", "no-g"])
@pytest.mark.parametrize("linker", LINKERS)
def test_an_object_beside_the_file_is_named(linker: str, debug: bool, tmp_path: Path) -> None:
    need(LINKERS[linker])
    objects = compiled(tmp_path, ".", *(["-g"] if debug else []))
    make(tmp_path, "gcc", "-shared", f"-fuse-ld={linker}", "-o", "x.so", *objects)
    (site,), notes = traced(tmp_path, "x.so")
    assert_named(site, tmp_path / "worker.o", line=debug)
    assert len(notes) == (0 if debug else 1)
    assert all("no debug information" in note for note in notes)


@pytest.mark.parametrize("linker", LINKERS)
def test_a_section_of_its_own_for_each_function_is_named_though_others_are_collected(
    linker: str, tmp_path: Path
) -> None:
    need(LINKERS[linker])
    objects = compiled(tmp_path, ".", "-g", "-ffunction-sections")
    make(tmp_path, "gcc", "-shared", f"-fuse-ld={linker}", "-Wl,--gc-sections", "-o", "x.so", *objects)
    (site,), _ = traced(tmp_path, "x.so")
    assert site["section"] == ".text.start_workers"
    assert_named(site, tmp_path / "worker.o")


@pytest.mark.parametrize("linker", LINKERS)
def test_lines_of_a_stripped_file_are_those_of_its_objects(linker: str, tmp_path: Path) -> None:
    need(LINKERS[linker])
    objects = compiled(tmp_path, ".", "-g")
    make(tmp_path, "gcc", "-shared", f"-fuse-ld={linker}", "-s", "-o", "x.so", *objects)
    (site,), notes = traced(tmp_path, "x.so")
    assert_named(site, tmp_path / "worker.o")
    assert notes == []


def test_an_executable_is_traced_like_a_library(tmp_path: Path) -> None:
    objects = compiled(tmp_path, ".", "-g")
    (tmp_path / "main.c").write_text("int start_workers(int); int main(void) { return start_workers(2); }\n")
    make(tmp_path, "gcc", "-o", "program", "main.c", *objects, "-lm")
    (site,), _ = traced(tmp_path, "program")
    assert_named(site, tmp_path / "worker.o")


@pytest.mark.parametrize("inplace", [False, True], ids=["build", "inplace"])
@pytest.mark.parametrize("debug", [True, False], ids=["g", "no-g"])
def test_setuptools_keeps_objects_in_build_temp(inplace: bool, debug: bool, tmp_path: Path) -> None:
    need("gcc")
    sources(tmp_path / "src")
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("")
    flags = "['-g']" if debug else "['-g0']"
    (tmp_path / "setup.py").write_text(
        "from setuptools import Extension, setup\n"
        f"module = Extension('pkg._x', ['src/worker.c', 'src/other.c'], extra_compile_args={flags})\n"
        "setup(name='pkg', version='1', packages=['pkg'], ext_modules=[module])\n"
    )
    make(tmp_path, sys.executable, "setup.py", "-q", "build_ext", *(["--inplace"] if inplace else []))
    (file,) = (tmp_path / "pkg").glob("_x*.so") if inplace else tmp_path.glob("build/lib.*/pkg/_x*.so")
    (obj,) = tmp_path.glob("build/temp.*/**/worker.o")
    (site,), _ = traced(tmp_path, str(file.relative_to(tmp_path)))
    assert_named(site, obj, line=debug)


def test_libtool_keeps_objects_in_libs_for_libraries_and_above_it_for_programs(tmp_path: Path) -> None:
    need("libtool")
    libtool = ("libtool", "--quiet", "--tag=CC")
    sources(tmp_path)
    (tmp_path / "main.c").write_text(WORKER.replace("int start_workers", "int main"))
    make(tmp_path, "gcc", "-g", "-O2", "-c", "main.c")
    for name in ("worker", "other"):
        make(tmp_path, *libtool, "--mode=compile", "gcc", "-g", "-O2", "-c", f"{name}.c")
    link = (*libtool, "--mode=link", "gcc", "-g", "-O2", "-o")
    make(tmp_path, *link, "libx.la", "-rpath", "/usr/local/lib", "worker.lo", "other.lo", "-lm")
    make(tmp_path, *link, "program", "main.o", "libx.la")
    for file in ("libx.so", "libx.so.0.0.0"):
        (site,), _ = traced(tmp_path, f".libs/{file}")
        assert_named(site, tmp_path / ".libs" / "worker.o")
    found = [row for row in traced(tmp_path, ".libs/program")[0] if row["function"] == "main"]
    assert [Path(row["object"]).resolve() for row in found] == [tmp_path / "main.o"]


@pytest.mark.parametrize("name", ["x.so", "libx.so.1.2", "_x.cpython-311-x86_64-linux-gnu.so"])
def test_meson_keeps_objects_in_a_folder_named_as_the_file(name: str, tmp_path: Path) -> None:
    objects = compiled(tmp_path, f"{name}.p/src", "-g")
    make(tmp_path, "gcc", "-shared", "-o", name, *objects)
    (tmp_path / "link.so").symlink_to(name)
    for file in (name, "link.so"):
        (site,), _ = traced(tmp_path, file)
        assert_named(site, tmp_path / objects[0])


@pytest.mark.parametrize("library", ["x", "lib.with.dots"])
def test_cmake_keeps_objects_in_a_folder_named_as_the_target(library: str, tmp_path: Path) -> None:
    need("cmake")
    sources(tmp_path)
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.16)\nproject(x C)\n"
        f"add_library({library} SHARED worker.c other.c)\ntarget_link_libraries({library} m)\n"
        f"set_target_properties({library} PROPERTIES VERSION 1.2.3 SOVERSION 1)\n"
    )
    make(tmp_path, "cmake", "-S", ".", "-B", "out", "-DCMAKE_BUILD_TYPE=RelWithDebInfo")
    make(tmp_path, "cmake", "--build", "out")
    (obj,) = (tmp_path / "out").rglob("worker.c.o")
    for file in (f"lib{library}.so", f"lib{library}.so.1.2.3"):
        (site,), _ = traced(tmp_path, f"out/{file}")
        assert_named(site, obj)


@pytest.mark.parametrize("given", ["archive", "folder"])
def test_a_convenience_library_is_named_with_its_member(given: str, tmp_path: Path) -> None:
    compiled(tmp_path, "parts", "-g")
    make(tmp_path, "ar", "rcs", "libparts.a", "parts/other.o", "parts/worker.o")
    shutil.rmtree(tmp_path / "parts")
    (tmp_path / "lib").mkdir()
    (tmp_path / "libparts.a").rename(tmp_path / "lib" / "libparts.a")
    (tmp_path / "out").mkdir()
    make(
        tmp_path,
        "gcc",
        "-shared",
        "-s",
        "-o",
        "out/x.so",
        "-Wl,--whole-archive",
        "lib/libparts.a",
        "-Wl,--no-whole-archive",
    )
    words = ("--build-dir", {"archive": "lib/libparts.a", "folder": "lib"}[given])
    (site,), notes = traced(tmp_path, "out/x.so", *words)
    assert_named(site, tmp_path / "lib" / "libparts.a", "worker.o")
    assert notes == []


def test_a_thin_archive_is_followed_to_its_members(tmp_path: Path) -> None:
    objects = compiled(tmp_path, "parts", "-g")
    (tmp_path / "lib").mkdir()
    make(tmp_path, "ar", "rcsT", "lib/libthin.a", *objects)
    make(tmp_path, "gcc", "-shared", "-s", "-o", "x.so", *whole("lib/libthin.a"))
    (site,), notes = traced(tmp_path, "x.so", "--build-dir", "lib")
    assert_named(site, tmp_path / "parts" / "worker.o")
    assert notes == []


def test_an_object_that_is_in_an_archive_too_is_named_once_with_its_twin(tmp_path: Path) -> None:
    objects = compiled(tmp_path, "parts", "-g")
    make(tmp_path, "ar", "rcs", "parts/libparts.a", *objects)
    make(tmp_path, "gcc", "-shared", "-o", "x.so", *objects)
    (site,), _ = traced(tmp_path, "x.so", "--build-dir", "parts")
    assert_named(site, tmp_path / "parts/worker.o")
    assert site["twins"] == ["parts/libparts.a(worker.o)"]


@pytest.mark.parametrize("stripped", [False, True], ids=["whole", "stripped"])
@pytest.mark.parametrize("machine", ["aarch64-linux-gnu", "s390x-linux-gnu"])
def test_a_file_of_another_machine_is_traced_though_its_libraries_are_not_here(
    machine: str, stripped: bool, tmp_path: Path
) -> None:
    objects = compiled(tmp_path, ".", "-g", compiler=f"{machine}-gcc")
    words = ("-shared", "-Wl,-s") if stripped else ("-shared",)
    make(tmp_path, f"{machine}-gcc", *words, "-o", "x.so", *objects)
    done = run(tmp_path, "trace", "x.so", SYMBOL, "--format", "json", "--debug-dir", ".")
    assert done.returncode == 1
    assert "libc.so.6 was not found; what it needs is not in this answer\n" in done.stderr
    (site,) = [site for trace in json.loads(done.stdout)["traces"] for site in trace["sites"]]
    assert (Path(site["object"]).name, site["section"], site["function"]) == ("worker.o", ".text", "start_workers")
    assert site["source"]["line"] == LINE
