"""What is read from CMake files; rewriting has test files of its own."""

from __future__ import annotations

import pytest

from glibcheck.buildfiles import cmake
from glibcheck.model.plan import Declaration

TOP = """\
cmake_minimum_required(VERSION 3.18)
project(demo LANGUAGES CXX)
option(BUILD_SHARED_LIBS "as the author wants it" ON)
set(CORE_LIBS z)
list(APPEND CORE_LIBS rt)
add_subdirectory(src)
pybind11_add_module(_${PROJECT_NAME} MODULE bind.cpp ${CMAKE_CURRENT_BINARY_DIR}/made.cpp)
target_link_libraries(_demo PRIVATE Demo::core ${CORE_LIBS} -lpthread Threads::Threads /usr/lib/libq.a -Wl,-s)
target_compile_options(_demo PRIVATE -O2 "SHELL:-include 'a b.h'" INTERFACE -g)
"""
SRC = """\
include(../cmake/files.cmake)
add_library(core ${CORE_FILES} "${PROJECT_SOURCE_DIR}/extra.cpp")
add_library(Demo::core ALIAS core)
target_include_directories(core PUBLIC . ${CMAKE_CURRENT_SOURCE_DIR}/include)
"""
FILES = "set(CORE_FILES a.cpp\n  b.cpp)\nset(CORE_FILES ${CORE_FILES} c.cpp)\n"


def declared(text: str) -> tuple[Declaration, ...]:
    return cmake.declarations({"CMakeLists.txt": text}).rows


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("CMakeLists.txt", True),
        ("src/CMakeLists.txt", True),
        ("cmake/files.cmake", True),
        ("MyCMakeLists.txt", False),
        ("src/CMakeLists.txt.in", False),
        ("CMakeCache.txt", False),
    ],
)
def test_files_are_known_by_their_names(path: str, expected: bool) -> None:
    assert cmake.reads(path) is expected


def test_declarations_are_read_over_all_files() -> None:
    texts = {"src/CMakeLists.txt": SRC, "cmake/files.cmake": FILES, "CMakeLists.txt": TOP}
    assert cmake.declarations(texts).rows == (
        Declaration(
            name="_demo",
            path="CMakeLists.txt",
            line=7,
            sources=None,
            include_dirs=(),
            libraries=("z", "rt", "pthread"),
            extra_compile_args=("-O2", "-include", "a b.h"),
            form="extension",
            links=("src/core",),
        ),
        Declaration(
            name="src/core",
            path="src/CMakeLists.txt",
            line=2,
            sources=("src/a.cpp", "src/b.cpp", "src/c.cpp", "extra.cpp"),
            include_dirs=("src", "src/include"),
            libraries=(),
            extra_compile_args=(),
            form="library",
            links=(),
        ),
    )


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("add_library(x MODULE x.c)", "extension"),
        ("add_library(x SHARED x.c)", "library"),
        ("add_library(x STATIC x.c)", "archive"),
        ("add_library(x OBJECT x.c)", "archive"),
        ("add_library(x x.c)", "archive"),
        ("set(BUILD_SHARED_LIBS ON)\nadd_library(x x.c)", "library"),
        ("set(BUILD_SHARED_LIBS ON CACHE BOOL '')\nadd_library(x x.c)", "library"),
        ("set(BUILD_SHARED_LIBS OFF)\nadd_library(x x.c)", "archive"),
        ("add_library(x x.c)\nset(BUILD_SHARED_LIBS ON)", "archive"),
        ("set(T SHARED)\nadd_library(x ${T} x.c)", "library"),
        ("add_executable(x x.c)", "program"),
        ("python_add_library(x MODULE x.c)", "extension"),
        ("Python3_add_library(x MODULE WITH_SOABI x.c)", "extension"),
        ("Python_add_library(x x.c)", "extension"),
        ("Python_add_library(x STATIC x.c)", "archive"),
        ("pybind11_add_module(x SHARED x.c)", "extension"),
        ("nanobind_add_module(x STABLE_ABI NB_STATIC NB_DOMAIN d x.c)", "extension"),
        ("python_add_library(x MODULE x.c WITH_SOABI USE_SABI 3.11)", "extension"),
        ("add_library(x SHARED x.c)\npython_extension_module(x)", "extension"),
    ],
)
def test_form_is_told(text: str, form: str) -> None:
    (row,) = declared(text)
    assert (row.name, row.form, row.sources) == ("x", form, ("x.c",))


@pytest.mark.parametrize(
    ("above", "name"),
    [
        ("", "_x"),
        ("cmake_minimum_required(VERSION 3.12)", "_x"),
        ("cmake_minimum_required(VERSION 3.12...3.13)", "x"),
        ("cmake_minimum_required(VERSION 3.13)", "x"),
        ("cmake_policy(SET CMP0078 NEW)", "x"),
        ("set(UseSWIG_TARGET_NAME_PREFERENCE STANDARD)", "x"),
    ],
)
def test_name_that_swig_gives_is_told(above: str, name: str) -> None:
    text = (
        f"{above}\nswig_add_library(x LANGUAGE python OUTPUT_DIR o SOURCES x.i y.c NO_PROXY)\n"
        "target_link_libraries(${SWIG_MODULE_x_REAL_NAME} m)\nswig_link_libraries(x rt)\n"
    )
    (row,) = declared(text)
    assert (row.name, row.form, row.sources, row.libraries) == (name, "extension", ("x.i", "y.c"), ("m", "rt"))


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        pytest.param("set(S a.c b.c)\nadd_library(x ${S})", ("a.c", "b.c"), id="set"),
        pytest.param('set(S "a.c;b.c")\nadd_library(x ${S})', ("a.c", "b.c"), id="list-in-a-string"),
        pytest.param('set(S "a.c;b.c")\nadd_library(x "${S}")', ("a.c;b.c",), id="string-is-not-split"),
        pytest.param("set(A a)\nset(B_a b.c)\nadd_library(x ${B_${A}})", ("b.c",), id="nested"),
        pytest.param('add_library(x a\\ b.c [[${c}]] "\\"d\\t")', ("a b.c", "${c}", '"d\t'), id="escapes"),
        pytest.param('set(S "\\${S}")\nadd_library(x "${S}")', ("${S}",), id="escaped-reference-is-not-followed"),
        pytest.param('set(S a)\nadd_library(x "\\\\${S}")', ("\\a",), id="reference-behind-an-escaped-backslash"),
        pytest.param("add_library(x a\\;b.c;c.c)", ("a;b.c", "c.c"), id="escaped-semicolon"),
        pytest.param("add_library(x a.c}{ b.c)", ("a.c}{", "b.c"), id="braces"),
        pytest.param("set(S a.c)\n" + "set(S ${S} ${S})\n" * 40 + "add_library(x ${S})", None, id="endless-list"),
        pytest.param("set(S a.c)\nset(S b.c)\nadd_library(x ${S})", ("b.c",), id="set-twice"),
        pytest.param("set(S a.c)\nif(W)\nset(S b.c)\nendif()\nadd_library(x ${S})", None, id="set-in-a-branch"),
        pytest.param("set(S a.c)\nforeach(S b c)\nendforeach()\nadd_library(x ${S})", None, id="name-of-a-loop"),
        pytest.param("set(S a.c)\nmake(S)\nadd_library(x ${S})", None, id="changed-by-a-command"),
        pytest.param("file(GLOB S *.c)\nadd_library(x ${S})", None, id="globbed"),
        pytest.param("set(S a.c CACHE STRING s)\nadd_library(x ${S})", None, id="cached"),
        pytest.param("set(S ${T})\nadd_library(x ${S})", None, id="set-to-what-is-unknown"),
        pytest.param("add_library(x ${S})\nset(S a.c)", None, id="set-below"),
        pytest.param("add_library(x $ENV{S})", None, id="environment"),
        pytest.param(
            "set(S a.c)\nmacro(m)\nset(S b.c)\nendmacro()\nset(S a.c)\nm()\nadd_library(x ${S})",
            None,
            id="set-by-a-macro",
        ),
        pytest.param("add_library(x a.c $<1:b.c>)", None, id="generator-expression"),
        pytest.param("add_library(x a.c)\ntarget_sources(x PRIVATE b.c INTERFACE c.h)", ("a.c", "b.c"), id="more"),
    ],
)
def test_what_cannot_be_told_is_none(text: str, sources: tuple[str, ...] | None) -> None:
    (row,) = declared(text)
    assert row.sources == sources


def test_links_through_interface_libraries_are_told() -> None:
    text = (
        "add_library(a STATIC a.c)\nadd_library(all INTERFACE)\nadd_library(more INTERFACE)\n"
        "target_link_libraries(all INTERFACE more all)\ntarget_link_libraries(more INTERFACE a m)\n"
        "add_library(x MODULE x.c)\ntarget_link_libraries(x all)\n"
    )
    assert declared(text)[1].links == ("a",)


def test_a_folder_that_nothing_leads_to_is_a_project_of_its_own() -> None:
    texts = {
        "one/CMakeLists.txt": "project(n)\nadd_library(h SHARED h.c)\nadd_library(${PROJECT_NAME} MODULE x.c)\n"
        "target_link_libraries(n h)",
        "two/CMakeLists.txt": "add_library(h STATIC h.c)\nadd_executable(t t.c)\ntarget_link_libraries(t h)",
    }
    rows = cmake.declarations(texts).rows
    assert [(row.name, row.links) for row in rows] == [
        ("one/h", ()),
        ("one/n", ("one/h",)),
        ("two/h", ()),
        ("two/t", ("two/h",)),
    ]


def test_folders_see_copies_of_the_variables() -> None:
    texts = {
        "CMakeLists.txt": "set(S a.c)\nadd_subdirectory(sub)\nadd_library(x MODULE ${S})",
        "sub/CMakeLists.txt": "add_library(y MODULE ${S})\nset(S b.c)\nset(T c.c PARENT_SCOPE)",
    }
    rows = cmake.declarations(texts).rows
    assert [(row.name, row.sources) for row in rows] == [("x", ("a.c",)), ("sub/y", ("sub/a.c",))]


def test_what_an_included_file_defines_belongs_to_the_folder_that_includes_it() -> None:
    texts = {
        "sub/CMakeLists.txt": "list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_SOURCE_DIR}/cmake)\ninclude(Parts)",
        "sub/cmake/Parts.cmake": "\nadd_library(y MODULE y.c)",
    }
    (row,) = cmake.declarations(texts).rows
    assert (row.name, row.path, row.line, row.sources) == ("sub/y", "sub/cmake/Parts.cmake", 2, ("sub/y.c",))


def test_files_that_lead_to_each_other_are_read_once() -> None:
    texts = {
        "CMakeLists.txt": "add_subdirectory(.)\ninclude(a.cmake)",
        "a.cmake": "include(a.cmake)\nadd_library(x x.c)",
    }
    assert [row.name for row in cmake.declarations(texts).rows] == ["x"]


def test_what_cannot_be_read_is_told_with_its_line() -> None:
    texts = {
        "CMakeLists.txt": "project(${SKBUILD_PROJECT_NAME})\nadd_library(${PROJECT_NAME} MODULE x.c)\n",
        "broken/CMakeLists.txt": '\nadd_library(x "',
    }
    assert cmake.declarations(texts).unread == (
        "broken/CMakeLists.txt:2: CMake cannot read it: a string or bracket that starts here does not end",
        "CMakeLists.txt:2: add_library() makes a target whose name cannot be told from the text",
    )


def test_what_functions_of_the_project_make_is_told_where_they_are_called() -> None:
    texts = {
        "CMakeLists.txt": "include(make.cmake)\nadd_library(h STATIC h.c)\nadd_subdirectory(sub)\nMAKE(one 1.c)",
        "make.cmake": "function(make name)\npython_add_library(${name} MODULE ${ARGN})\n"
        "target_link_libraries(${name} PRIVATE h m)\nendfunction()",
        "sub/CMakeLists.txt": "foreach(n a b)\n make(${n})\nendforeach()\nmake(two 2.c)\n"
        "target_link_libraries(two PRIVATE rt)",
    }
    declared = cmake.declarations(texts)
    assert [(row.name, row.path, row.line, row.sources, row.libraries, row.links) for row in declared.rows[1:]] == [
        ("one", "CMakeLists.txt", 4, None, ("m",), ("h",)),
        ("sub/two", "sub/CMakeLists.txt", 4, None, ("m", "rt"), ("h",)),
    ]
    assert declared.unread == ("sub/CMakeLists.txt:2: make() makes a target whose name cannot be told from the text",)


def test_a_name_defined_twice_is_told_twice() -> None:
    text = "if(A)\nadd_library(x SHARED a.c)\nelse()\nadd_library(x STATIC a.c)\nendif()\n"
    assert [row.form for row in declared(text)] == ["library", "archive"]
