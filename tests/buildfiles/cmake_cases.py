"""CMake texts before and after a change; the tests of rewriting and the builds share them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TypeAlias

from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)
from tests.buildfiles.fixture_cases import read_change
from tests.projects import SAMPLES

FIXTURES = os.path.join(os.path.dirname(SAMPLES), "rewrites", "cmake")

Texts: TypeAlias = dict[str, str]
Case: TypeAlias = tuple[str, Sequence[Change], str]  # of one CMakeLists.txt at the top

STATIC = MakeStatic("h")
RUNTIME = PrivateRuntime("x")
HEADER = ForceInclude("x", "v.h")
NO_M = DropLibrary("x", "m")
PIC = "set_target_properties(h PROPERTIES POSITION_INDEPENDENT_CODE ON)"
PRIVATE = "-static-libstdc++ LINKER:--exclude-libs,ALL"
OLD_PRIVATE = "-static-libstdc++ -Wl,--exclude-libs,ALL"

ARCHIVES: dict[str, Case] = {
    "on-one-line": ("add_library(h SHARED h.c)\n", [STATIC], f"add_library(h STATIC h.c)\n{PIC}\n"),
    "no-type-is-the-choice-of-who-builds": ("add_library(h h.c)\n", [STATIC], f"add_library(h STATIC h.c)\n{PIC}\n"),
    "no-source-yet": ("add_library(h)\n", [STATIC], f"add_library(h STATIC)\n{PIC}\n"),
    "upper-case-and-room": (
        "  ADD_LIBRARY ( h SHARED h.c )  # ours\n",
        [STATIC],
        "  ADD_LIBRARY ( h STATIC h.c )  # ours\n"
        "  SET_TARGET_PROPERTIES ( h PROPERTIES POSITION_INDEPENDENT_CODE ON )\n",
    ),
    "tabs-in-a-branch": (
        "if(UNIX)\n\tadd_library(h SHARED\n\t\th.c)\nendif()\n",
        [STATIC],
        f"if(UNIX)\n\tadd_library(h STATIC\n\t\th.c)\n\t{PIC}\nendif()\n",
    ),
    "position-independent-everywhere": (
        "set(CMAKE_POSITION_INDEPENDENT_CODE ON)\nadd_library(h SHARED h.c)\n",
        [STATIC],
        "set(CMAKE_POSITION_INDEPENDENT_CODE ON)\nadd_library(h STATIC h.c)\n",
    ),
    "position-independent-by-another-command": (
        "add_library(h SHARED h.c)\nset_property(TARGET h PROPERTY POSITION_INDEPENDENT_CODE TRUE)\n",
        [STATIC],
        "add_library(h STATIC h.c)\nset_property(TARGET h PROPERTY POSITION_INDEPENDENT_CODE TRUE)\n",
    ),
    "properties-on-one-line": (
        'add_library(h SHARED h.c)\nset_target_properties(h PROPERTIES PREFIX "")\n',
        [STATIC],
        'add_library(h STATIC h.c)\nset_target_properties(h PROPERTIES PREFIX "" POSITION_INDEPENDENT_CODE ON)\n',
    ),
    "properties-line-by-line-without-the-versions": (
        "add_library(h SHARED h.c)\nset_target_properties(h PROPERTIES\n"
        "  OUTPUT_NAME hh # short\n  VERSION ${V}\n  SOVERSION 1 # of the ABI\n)\n",
        [STATIC],
        "add_library(h STATIC h.c)\nset_target_properties(h PROPERTIES\n"
        "  OUTPUT_NAME hh # short\n  POSITION_INDEPENDENT_CODE ON\n)\n",
    ),
    "properties-of-two-targets-stay": (
        "add_library(h SHARED h.c)\nset_target_properties(h g PROPERTIES VERSION 1)\n",
        [STATIC],
        f"add_library(h STATIC h.c)\n{PIC}\nset_target_properties(h g PROPERTIES VERSION 1)\n",
    ),
    "installed-alone": (
        f"add_library(h STATIC h.c)\n{PIC}\n\n"
        "# Beside the module.\ninstall(TARGETS h\n  LIBRARY DESTINATION p)\n\nmore()\n",
        [STATIC],
        f"add_library(h STATIC h.c)\n{PIC}\n\nmore()\n",
    ),
    "installed-alone-at-the-end": (
        f"add_library(h STATIC h.c)\n{PIC}\n\ninstall(TARGETS h DESTINATION p)\n",
        [STATIC],
        f"add_library(h STATIC h.c)\n{PIC}\n",
    ),
    "installed-alone-at-the-end-of-a-block": (
        f"add_library(h STATIC h.c)\n{PIC}\nif(A)\n  more()\n  # Beside\n  # the module.\n"
        "  install(TARGETS h DESTINATION p)\nendif()\n",
        [STATIC],
        f"add_library(h STATIC h.c)\n{PIC}\nif(A)\n  more()\nendif()\n",
    ),
    "comment-that-may-speak-of-both-stays": (
        f"add_library(h STATIC h.c)\n{PIC}\n\n# Into the package.\ninstall(TARGETS h DESTINATION p)\n"
        "install(TARGETS x DESTINATION p)\n",
        [STATIC],
        f"add_library(h STATIC h.c)\n{PIC}\n\n# Into the package.\ninstall(TARGETS x DESTINATION p)\n",
    ),
    "installed-with-others": (
        f"add_library(h STATIC h.c)\n{PIC}\ninstall(TARGETS x h DESTINATION p)\ninstall(TARGETS h x DESTINATION q)\n",
        [STATIC],
        f"add_library(h STATIC h.c)\n{PIC}\ninstall(TARGETS x DESTINATION p)\ninstall(TARGETS x DESTINATION q)\n",
    ),
    "installed-with-others-line-by-line": (
        f"add_library(h STATIC h.c)\n{PIC}\ninstall(TARGETS\n  x\n  h # helper\n  DESTINATION p)\n",
        [STATIC],
        f"add_library(h STATIC h.c)\n{PIC}\ninstall(TARGETS\n  x\n  DESTINATION p)\n",
    ),
    "object-library-that-is-inside": (
        "add_library(o OBJECT o.c)\nadd_library(h STATIC h.c)\nadd_library(x MODULE x.c)\n"
        "target_link_libraries(h PRIVATE o)\ntarget_link_libraries(x PUBLIC h PRIVATE o)\n",
        [LinkArchive("x", "h", ("o",))],
        "add_library(o OBJECT o.c)\nadd_library(h STATIC h.c)\nadd_library(x MODULE x.c)\n"
        "target_link_libraries(h PRIVATE o)\ntarget_link_libraries(x PUBLIC h)\n",
    ),
}

OPTIONS: dict[str, Case] = {
    "runtime": (
        "add_library(x MODULE x.c)\n",
        [RUNTIME],
        f"add_library(x MODULE x.c)\ntarget_link_options(x PRIVATE {PRIVATE})\n",
    ),
    "runtime-behind-what-is-said-of-the-target": (
        "pybind11_add_module(x x.cpp)\ntarget_link_libraries(x PRIVATE h)\n\ninstall(TARGETS x DESTINATION .)\n",
        [RUNTIME],
        "pybind11_add_module(x x.cpp)\ntarget_link_libraries(x PRIVATE h)\n"
        f"target_link_options(x PRIVATE {PRIVATE})\n\ninstall(TARGETS x DESTINATION .)\n",
    ),
    "runtime-of-what-a-function-makes": (
        "function(make name)\n  python_add_library(${name} MODULE ${ARGN})\nendfunction()\n\n"
        "make(x x.cpp)\ntarget_link_libraries(x PRIVATE h)\nmake(y y.cpp)\n",
        [RUNTIME],
        "function(make name)\n  python_add_library(${name} MODULE ${ARGN})\nendfunction()\n\n"
        "make(x x.cpp)\ntarget_link_libraries(x PRIVATE h)\n"
        f"target_link_options(x PRIVATE {PRIVATE})\nmake(y y.cpp)\n",
    ),
    "runtime-for-an-older-cmake-as-the-body-links": (
        "cmake_minimum_required(VERSION 3.5)\nmacro(MAKE)\n  add_library(${ARGV0} MODULE ${ARGV1})\n"
        "  target_link_libraries(${ARGV0} m)\nendmacro()\nmake(x x.cpp)\n",
        [RUNTIME],
        "cmake_minimum_required(VERSION 3.5)\nmacro(MAKE)\n  add_library(${ARGV0} MODULE ${ARGV1})\n"
        "  target_link_libraries(${ARGV0} m)\nendmacro()\nmake(x x.cpp)\n"
        f"target_link_libraries(x {OLD_PRIVATE})\n",
    ),
    "runtime-half-there": (
        "add_library(x MODULE x.c)\ntarget_link_options(x PRIVATE -static-libstdc++)\n",
        [RUNTIME],
        f"add_library(x MODULE x.c)\ntarget_link_options(x PRIVATE {PRIVATE})\n",
    ),
    "runtime-linked-by-name": (
        "add_library(x MODULE x.c)\ntarget_link_libraries(x PRIVATE stdc++ m)\n",
        [RUNTIME],
        "add_library(x MODULE x.c)\ntarget_link_libraries(x PRIVATE -l:libstdc++.a m)\n"
        f"target_link_options(x PRIVATE {PRIVATE})\n",
    ),
    "runtime-for-an-older-cmake": (
        "cmake_minimum_required(VERSION 3.12...3.20)\nadd_library(x MODULE x.c)\n",
        [RUNTIME],
        "cmake_minimum_required(VERSION 3.12...3.20)\nadd_library(x MODULE x.c)\n"
        f"target_link_libraries(x PRIVATE {OLD_PRIVATE})\n",
    ),
    "runtime-for-an-older-cmake-without-sections": (
        "cmake_minimum_required(VERSION 3.5)\nadd_library(x MODULE x.c)\ntarget_link_libraries(x m)\n",
        [RUNTIME],
        f"cmake_minimum_required(VERSION 3.5)\nadd_library(x MODULE x.c)\ntarget_link_libraries(x m {OLD_PRIVATE})\n",
    ),
    "runtime-for-an-older-cmake-behind-a-public-section": (
        "cmake_minimum_required(VERSION 3.5)\nadd_library(x MODULE x.c)\ntarget_link_libraries(x PUBLIC m)\n",
        [RUNTIME],
        "cmake_minimum_required(VERSION 3.5)\nadd_library(x MODULE x.c)\ntarget_link_libraries(x PUBLIC m)\n"
        f"target_link_libraries(x PRIVATE {OLD_PRIVATE})\n",
    ),
    "header": (
        "project(p C)\nadd_library(x MODULE x.c)\n",
        [HEADER],
        "project(p C)\nadd_library(x MODULE x.c)\n"
        "target_compile_options(x PRIVATE \"SHELL:-include '${PROJECT_SOURCE_DIR}/v.h'\")\n",
    ),
    "header-for-an-older-cmake": (
        "cmake_minimum_required(VERSION 3.11)\nproject(p C)\nadd_library(x MODULE x.c)\n",
        [HEADER],
        "cmake_minimum_required(VERSION 3.11)\nproject(p C)\nadd_library(x MODULE x.c)\n"
        'target_compile_options(x PRIVATE -include "${PROJECT_SOURCE_DIR}/v.h")\n',
    ),
    "header-without-a-project-command": (
        "add_library(x MODULE x.c)\n",
        [HEADER],
        "add_library(x MODULE x.c)\n"
        "target_compile_options(x PRIVATE \"SHELL:-include '${CMAKE_CURRENT_SOURCE_DIR}/v.h'\")\n",
    ),
    "header-joins-other-options": (
        "project(p)\nadd_library(x MODULE x.c)\ntarget_compile_options(x PRIVATE\n  -Wall # loud\n)\n",
        [HEADER],
        "project(p)\nadd_library(x MODULE x.c)\ntarget_compile_options(x PRIVATE\n  -Wall # loud\n"
        "  \"SHELL:-include '${PROJECT_SOURCE_DIR}/v.h'\"\n)\n",
    ),
    "header-not-for-fortran": (
        "project(p C CXX Fortran)\nadd_library(x MODULE x.c y.f90)\n",
        [HEADER],
        "project(p C CXX Fortran)\nadd_library(x MODULE x.c y.f90)\ntarget_compile_options(x PRIVATE "
        "\"$<$<COMPILE_LANGUAGE:C,CXX>:SHELL:-include '${PROJECT_SOURCE_DIR}/v.h'>\")\n",
    ),
    "header-before-the-first-c-file": (
        "project(p CXX ASM)\nadd_library(x MODULE x.cpp y.s)\n",
        [HEADER, AddSources("x", ("n.c",)), AddSources("x", ("n.f90",))],
        "project(p C CXX ASM Fortran)\nadd_library(x MODULE x.cpp y.s n.c n.f90)\ntarget_compile_options(x PRIVATE "
        "\"$<$<COMPILE_LANGUAGE:C,CXX>:SHELL:-include '${PROJECT_SOURCE_DIR}/v.h'>\")\n",
    ),
    "header-not-for-assembler-in-an-older-cmake": (
        "cmake_minimum_required(VERSION 3.5)\nproject(p C CXX ASM)\nadd_library(x MODULE x.c y.s)\n",
        [HEADER],
        "cmake_minimum_required(VERSION 3.5)\nproject(p C CXX ASM)\nadd_library(x MODULE x.c y.s)\n"
        "target_compile_options(x PRIVATE "
        '"$<$<OR:$<COMPILE_LANGUAGE:C>,$<COMPILE_LANGUAGE:CXX>>:-include;${PROJECT_SOURCE_DIR}/v.h>")\n',
    ),
    "header-for-c-in-a-project-of-more-languages": (
        "project(p C Fortran)\nadd_library(x MODULE x.c x.hpp)\n",
        [HEADER],
        "project(p C Fortran)\nadd_library(x MODULE x.c x.hpp)\n"
        "target_compile_options(x PRIVATE \"SHELL:-include '${PROJECT_SOURCE_DIR}/v.h'\")\n",
    ),
    "compile-flags-that-belong-together": (
        "add_library(x MODULE x.c)\n",
        [AddCompileFlags("x", ("-O2", "-isystem", "a b", '-DV="1"'))],
        'add_library(x MODULE x.c)\ntarget_compile_options(x PRIVATE -O2 "SHELL:-isystem \'a b\'" "-DV=\\"1\\"")\n',
    ),
    "link-flags": (
        "add_library(x MODULE x.c)\n",
        [AddLinkFlags("x", ("-Wl,-z,now", "-lrt"))],
        "add_library(x MODULE x.c)\ntarget_link_options(x PRIVATE -Wl,-z,now)\ntarget_link_libraries(x PRIVATE -lrt)\n",
    ),
}

SOURCES: dict[str, Case] = {
    "source-behind-the-others": (
        "python_add_library(x MODULE x.c WITH_SOABI)\n",
        [AddSources("x", ("c/n.c", "c/o.c"))],
        "python_add_library(x MODULE x.c c/n.c c/o.c WITH_SOABI)\n",
    ),
    "source-on-a-line-of-its-own": (
        "add_library(x MODULE\n    x.c # main\n)\n",
        [AddSources("x", ("n.c",))],
        "add_library(x MODULE\n    x.c # main\n    n.c\n)\n",
    ),
    "source-on-the-last-line": (
        "add_library(x MODULE\n    x.c\n    y.c)\n",
        [AddSources("x", ("n.c",))],
        "add_library(x MODULE\n    x.c\n    y.c\n    n.c)\n",
    ),
    "source-with-a-blank": (
        'add_library(x MODULE "x y.c")\n',
        [AddSources("x", ("n m.c",))],
        'add_library(x MODULE "x y.c" "n m.c")\n',
    ),
    "sources-in-a-variable": (
        "file(GLOB S *.c)\nadd_library(x MODULE ${S})\n",
        [AddSources("x", ("n.c",))],
        "file(GLOB S *.c)\nadd_library(x MODULE ${S})\ntarget_sources(x PRIVATE n.c)\n",
    ),
    "source-of-what-a-function-makes": (
        "function(make name)\n  add_library(${name} MODULE ${ARGN})\nendfunction()\nmake(x x.c)\n",
        [AddSources("x", ("n.c",))],
        "function(make name)\n  add_library(${name} MODULE ${ARGN})\nendfunction()\nmake(x x.c)\n"
        "target_sources(x PRIVATE n.c)\n",
    ),
    "first-c-file": (
        "project(p LANGUAGES CXX)\nadd_library(x MODULE x.cpp)\n",
        [AddSources("x", ("n.c",))],
        "project(p LANGUAGES C CXX)\nadd_library(x MODULE x.cpp n.c)\n",
    ),
    "first-c-file-of-a-short-project": (
        "project(p CXX)\nadd_library(x MODULE x.cpp)\n",
        [AddSources("x", ("n.c",))],
        "project(p C CXX)\nadd_library(x MODULE x.cpp n.c)\n",
    ),
    "first-c++-file": (
        "project(p\n  LANGUAGES C\n  VERSION 1)\nadd_library(x MODULE x.c)\n",
        [AddSources("x", ("n.cpp",))],
        "project(p\n  LANGUAGES C CXX\n  VERSION 1)\nadd_library(x MODULE x.c n.cpp)\n",
    ),
    "first-file-of-any-language": (
        "project(p NONE)\nadd_library(x MODULE x.obj)\n",
        [AddSources("x", ("n.c",))],
        "project(p C)\nadd_library(x MODULE x.obj n.c)\n",
    ),
    "first-assembler-file": (
        "project(p)\nadd_library(x MODULE x.c)\n",
        [AddSources("x", ("n.s",))],
        "project(p)\nenable_language(ASM)\nadd_library(x MODULE x.c n.s)\n",
    ),
    "include-directories": (
        "add_library(x MODULE x.c)\ntarget_include_directories(x PRIVATE a)\n",
        [AddIncludeDirs("x", (".", "a", "b"))],
        "add_library(x MODULE x.c)\ntarget_include_directories(x PRIVATE a ${CMAKE_CURRENT_SOURCE_DIR} b)\n",
    ),
}

DROPPED: dict[str, Case] = {
    "library": (
        "add_library(x MODULE x.c)\ntarget_link_libraries(x PRIVATE z m rt)\n",
        [NO_M],
        "add_library(x MODULE x.c)\ntarget_link_libraries(x PRIVATE z rt)\n",
    ),
    "library-as-a-flag-and-by-name": (
        "add_library(x MODULE x.c)\ntarget_link_libraries(x -lm z)\ntarget_link_libraries(x m y)\n",
        [NO_M],
        "add_library(x MODULE x.c)\ntarget_link_libraries(x z)\ntarget_link_libraries(x y)\n",
    ),
    "library-with-its-section": (
        "add_library(x MODULE x.c)\ntarget_link_libraries(x\n  PUBLIC m\n  PRIVATE z\n)\n",
        [NO_M],
        "add_library(x MODULE x.c)\ntarget_link_libraries(x\n  PRIVATE z\n)\n",
    ),
    "library-with-its-command": (
        "add_library(x MODULE x.c)\ntarget_link_libraries(x PRIVATE m)\n\nmore()\n",
        [NO_M],
        "add_library(x MODULE x.c)\n\nmore()\n",
    ),
    "library-on-a-line-with-others": (
        "add_library(x MODULE x.c)\ntarget_link_libraries(x PRIVATE\n  m z)\n",
        [NO_M],
        "add_library(x MODULE x.c)\ntarget_link_libraries(x PRIVATE\n  z)\n",
    ),
    "library-on-the-last-line": (
        "add_library(x MODULE x.c)\ntarget_link_libraries(x PRIVATE\n  z\n  m)\n",
        [NO_M],
        "add_library(x MODULE x.c)\ntarget_link_libraries(x PRIVATE\n  z)\n",
    ),
}

CASES = ARCHIVES | OPTIONS | SOURCES | DROPPED


def _texts(folder: str) -> Texts:
    found = {}
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            path = os.path.join(place, name)
            with open(path, encoding="utf-8", newline="") as stream:
                found[os.path.relpath(path, folder)] = stream.read()
    return found


def fixture(case: str) -> tuple[Texts, list[Change], Texts]:
    with open(os.path.join(FIXTURES, case, "changes.json"), encoding="utf-8") as stream:
        changes = [read_change(kind, fields) for kind, fields in json.load(stream)]
    return _texts(os.path.join(FIXTURES, case, "before")), changes, _texts(os.path.join(FIXTURES, case, "after"))


WHOLE_PROJECTS = {case: fixture(case) for case in sorted(os.listdir(FIXTURES))}
