"""CMake itself says what our reading of its files is worth, and builds what we rewrite."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from glibcheck.buildfiles import cmake
from glibcheck.model.plan import (
    AddSources,
    Change,
    Declaration,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)
from tests.buildfiles.cmake_cases import WHOLE_PROJECTS, Texts
from tests.projects import SAMPLES, build_wheel, copy_of, unpack
from tests.tools import need, output

pytestmark = pytest.mark.build

FORMS = {
    "MODULE_LIBRARY": "extension",
    "SHARED_LIBRARY": "library",
    "STATIC_LIBRARY": "archive",
    "OBJECT_LIBRARY": "archive",
    "EXECUTABLE": "program",
}
CLEVER = {
    "CMakeLists.txt": """\
cmake_minimum_required(VERSION 3.18)
project("cle ver" LANGUAGES C)
set(NAME base)
set(NAMES_${NAME} "${NAME}_x;m")  # ${NAME}
add_library(${NAME} STATIC
  ${NAME}.c [[b c.c]] #[[ not.c ]] d\\ e.c "f${NAME}.c")
add_library(ns::base ALIAS ${NAME})
IF((A AND B) OR TRUE)
  add_subdirectory(deep/${NAME})
else ()
  add_library(never SHARED never.c)
endif(#[[ TRUE ]])
include(${CMAKE_CURRENT_LIST_DIR}/parts/more.cmake)
function(Add_Plugin name kind)
  add_library(${name} ${kind} ${ARGN})
  target_link_libraries(${name} base)
endfunction()
add_plugin(plug MODULE plug.c)
macro(add_helper)
  add_library(${ARGV0} SHARED ${ARGV1})
endmacro()
add_helper(aid aid.c)
target_link_libraries(plug aid)
add_executable(tool tool.c)
target_link_libraries(tool
  PRIVATE ${NAMES_base} ${NAME}
  debug m optimized m)
""",
    "deep/base/CMakeLists.txt": """\
project(inner)
set(NAME inner_only)
add_library(${PROJECT_NAME}_lib OBJECT x.c)
add_library(base_x SHARED ${PROJECT_SOURCE_DIR}/y.c)
target_link_libraries(base_x LINK_PRIVATE ns::base;inner_lib LINK_PUBLIC m)
""",
    "parts/more.cmake": """\
add_library(parts MODULE parts.c)
set_target_properties(parts PROPERTIES ENABLE_EXPORTS OFF)
add_library(base_y MODULE $<1:y.c>)
target_link_libraries(base_y PUBLIC $<LINK_ONLY:base_x> "base_x")
""",
}


def write(folder: Path, texts: Texts) -> None:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())


def project(folder: Path, texts: Texts, changes: Sequence[Change] = ()) -> Path:
    """Write a project with sources that do nothing."""
    write(folder, texts)
    for row in cmake.declarations(texts).rows:
        for source in row.sources or ():
            stem = re.sub(r"\W", "_", source)
            empty = {".s": "", ".i": "%module m\n"}.get(source[-2:], f"int f_{stem}(void) {{ return 0; }}\n")
            write(folder, {source: empty + "int main(void) { return 0; }\n" * (row.form == "program")})
    for change in changes:
        if isinstance(change, ForceInclude):
            write(folder, {change.header: "/* of .symver directives */\n"})
    return folder


def told(source: Path, build: Path) -> set[tuple[str, str]]:
    """Configure a project; give the names and forms of its targets as the file API has them."""
    need("cmake", "ninja", "swig")
    query = build / ".cmake" / "api" / "v1" / "query" / "codemodel-v2"
    query.parent.mkdir(parents=True)
    query.touch()
    command = ["cmake", "-G", "Ninja", "-S", str(source), "-B", str(build), "-DSKBUILD=1"]
    command += [f"-DPython{digit}_EXECUTABLE={sys.executable}" for digit in ("", "3")]
    trace = ["--trace-expand", "--trace-format=json-v1", f"--trace-redirect={build}/trace"]
    done = subprocess.run([*command, *trace], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = set()
    for path in (build / ".cmake" / "api" / "v1" / "reply").glob("target-*.json"):
        row = json.loads(path.read_text())
        if row["type"] in FORMS:
            name = os.path.normpath(os.path.join(row["paths"]["source"], row["name"]))
            found.add((name, FORMS[row["type"]]))
    return found


def traced_links(build: Path) -> dict[str, set[str]]:
    """Tell from CMake's trace what each target was linked to, under the names that the commands use."""
    links: dict[str, set[str]] = {}
    aliases: dict[str, str] = {}
    for line in (build / "trace").read_text().splitlines()[1:]:
        row = json.loads(line)
        command, words = row["cmd"].lower(), row["args"]
        words = [part for word in words for part in word.split(";")]
        if command == "add_library" and words[1:2] == ["ALIAS"]:
            aliases[words[0]] = words[2]
        elif command == "target_link_libraries":
            links.setdefault(words[0], set()).update(aliases.get(word, word) for word in words[1:])
    return links


def short(name: str) -> str:
    return name.rpartition("/")[2]


def agree(rows: Sequence[Declaration], source: Path, build: Path) -> int:
    """Hold our declarations against CMake; count the links."""
    assert {(row.name, row.form) for row in rows} == told(source, build)
    links = traced_links(build)
    ours = {short(row.name) for row in rows}
    for row in rows:
        assert {short(name) for name in row.links} == links.get(short(row.name), set()) & ours, row.name
    return sum(len(row.links) for row in rows)


def test_cmake_tells_the_same_targets_of_clever_files(tmp_path: Path) -> None:
    source = project(tmp_path / "a b", CLEVER)
    rows = [row for row in cmake.declarations(CLEVER).rows if row.name != "never"]
    write(source, dict.fromkeys(("y.c", "plug.c", "aid.c"), ""))  # of which no declaration can tell
    assert agree(rows, source, tmp_path / "build") == 7


@pytest.mark.parametrize(("before", "changes", "after"), WHOLE_PROJECTS.values(), ids=WHOLE_PROJECTS.keys())
def test_cmake_tells_the_same_targets_before_and_after(
    before: Texts, changes: Sequence[Change], after: Texts, tmp_path: Path
) -> None:
    assert agree(cmake.declarations(before).rows, project(tmp_path / "one", before), tmp_path / "b1") > 0
    source = project(tmp_path / "it's two", after, changes)
    write(source, {path: "" for change in changes if isinstance(change, AddSources) for path in change.sources})
    assert agree(cmake.declarations(after).rows, source, tmp_path / "b2") > 0


@pytest.mark.parametrize(("before", "changes", "after"), WHOLE_PROJECTS.values(), ids=WHOLE_PROJECTS.keys())
def test_rewritten_projects_are_built(before: Texts, changes: Sequence[Change], after: Texts, tmp_path: Path) -> None:
    need("cmake", "ninja", "c++")
    source = project(tmp_path / "in a folder", after, changes)
    told(source, tmp_path / "build")
    subprocess.run(["cmake", "--build", tmp_path / "build"], capture_output=True, text=True, check=True)
    private = {short(change.extension) for change in changes if isinstance(change, PrivateRuntime)}
    (built,) = [path for path in (tmp_path / "build").rglob("*.so") if path.name.split(".")[0] in private]
    archives = {short(change.extension) for change in changes if isinstance(change, MakeStatic)}
    needed = re.findall(r"NEEDED.*\[(.*)\]", output("readelf", "-d", str(built)))
    assert not [name for name in needed if name.startswith(("libstdc++", *(f"lib{name}" for name in archives)))]


LANGUAGES = """\
cmake_minimum_required(VERSION {minimum})
project(p {languages})
add_library(x MODULE {sources})
"""


@pytest.mark.parametrize("minimum", ["3.5", "3.12", "3.15"])
@pytest.mark.parametrize(
    ("languages", "sources"),
    [("C CXX", "x.c y.cpp"), ("C CXX ASM", "x.c y.cpp z.s"), ("CXX ASM", "y.cpp z.s")],
)
def test_header_reaches_c_and_c_plus_plus_alone(minimum: str, languages: str, sources: str, tmp_path: Path) -> None:
    text = LANGUAGES.format(minimum=minimum, languages=languages, sources=sources)
    texts = cmake.rewrite({"CMakeLists.txt": text}, [ForceInclude("x", "seen here.h")])
    needs = "#ifndef SEEN\n#error the header is not read\n#endif\n"
    source = tmp_path / "a b"
    header = "#define SEEN 1\nextern int seen;\n"  # an assembler would choke on it
    write(source, {**texts, "seen here.h": header, "x.c": needs, "y.cpp": needs, "z.s": ""})
    told(source, tmp_path / "build")
    subprocess.run(["cmake", "--build", tmp_path / "build"], capture_output=True, text=True, check=True)


def symbols(path: str) -> str:
    return output("nm", "-D", path)


def test_spartan_leans_on_its_helper(tmp_path: Path) -> None:
    site = unpack(build_wheel(copy_of("cmake-spartan", str(tmp_path)), str(tmp_path / "dist")), str(tmp_path / "site"))
    (wrapper,) = Path(site, "spartan").glob("_spartan_wrap*.so")
    assert re.findall(r"NEEDED.*\[(libspartan.*)\]", output("readelf", "-d", str(wrapper))) == ["libspartan.so"]
    helper = symbols(os.path.join(site, "spartan", "libspartan.so"))
    assert re.search(r" hypot@GLIBC_2\.35\n", helper)
    assert re.search(r"@GLIBCXX_3\.4\.(2[0-9]|3[0-9])", helper)
    smoke(site)


def test_spartan_comes_out_with_the_archive_and_a_private_runtime(tmp_path: Path) -> None:
    folder = Path(copy_of("cmake-spartan", str(tmp_path)))
    texts = {path: (folder / path).read_text() for path in ("CMakeLists.txt", "src/CMakeLists.txt")}
    changes: list[Change] = [
        MakeStatic("src/spartan"),
        LinkArchive("_spartan_wrap", "src/spartan", ()),
        PrivateRuntime("_spartan_wrap"),
        ForceInclude("_spartan_wrap", "glibcheck_symver.h"),
        ForceInclude("src/spartan", "glibcheck_symver.h"),
    ]
    directive = '__asm__(".symver hypot,hypot@GLIBC_2.2.5");\n'
    write(folder, {**cmake.rewrite(texts, changes), "glibcheck_symver.h": directive})
    site = unpack(build_wheel(str(folder), str(tmp_path / "dist")), str(tmp_path / "site"))
    (wrapper,) = [str(path) for path in Path(site).rglob("*.so*")]
    assert not re.search(r"NEEDED.*\[lib(spartan|stdc\+\+)", output("readelf", "-d", wrapper))
    assert re.search(r" hypot@GLIBC_2\.2\.5\n", symbols(wrapper))
    assert "GLIBCXX_" not in symbols(wrapper)
    assert not re.search(r" [TWuVB] _ZNSs", symbols(wrapper))  # members of std::string, which the archive has
    smoke(site)


def smoke(site: str) -> None:
    script = os.path.join(SAMPLES, "cmake-spartan", "smoke.py")
    done = subprocess.run(
        [sys.executable, script], env={**os.environ, "PYTHONPATH": site}, capture_output=True, text=True, check=False
    )
    assert done.stdout == "cmake-spartan: ok\n", done.stderr
