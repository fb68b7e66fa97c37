"""The texts that must come back as they are, and those that must be refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from glibcheck.buildfiles import cmake
from glibcheck.errors import RewriteError
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    DropExtension,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)

STATIC = MakeStatic("h")
RUNTIME = PrivateRuntime("x")
HEADER = ForceInclude("x", "v.h")
SOURCE = AddSources("x", ("n.c",))
NO_M = DropLibrary("x", "m")
ALL: list[Change] = [STATIC, RUNTIME, HEADER, SOURCE, NO_M]
PIC = "set_target_properties(h PROPERTIES POSITION_INDEPENDENT_CODE ON)\n"
X = "add_library(x MODULE x.c)\n"
MAKE = "function(make n)\n  add_library(${n} MODULE x.c)\n  target_link_libraries(${n} m)\nendfunction()\n"

UNCHANGED: dict[str, tuple[str, Sequence[Change]]] = {
    "no-changes-even-to-what-is-not-cmake": ("add_library(x\n", []),
    "empty-file": ("", ALL),
    "what-cmake-cannot-read-defines-nothing": ('add_library(x MODULE "x.c)\n', ALL),
    "other-targets": ("add_library(y SHARED y.c)\ntarget_link_libraries(y m)\n", ALL),
    "name-in-another-case": ("add_library(X MODULE x.c)\nadd_library(H SHARED h.c)\n", ALL),
    "name-that-only-starts-alike": ("add_library(xx MODULE x.c)\nadd_library(h_ SHARED h.c)\n", ALL),
    "name-in-another-folder": ("add_library(x MODULE x.c)\n", [PrivateRuntime("src/x"), MakeStatic("src/x")]),
    "definition-in-a-comment": ("# add_library(x MODULE x.c)\n#[[\nadd_library(h SHARED h.c)\n]]\n", ALL),
    "definition-in-a-string": ('message("\nadd_library(x MODULE x.c)\nadd_library(h SHARED h.c)")\n', ALL),
    "definition-between-brackets": ("message([[\nadd_library(x MODULE x.c)\n]])\n", ALL),
    "imported-targets": ("add_library(h SHARED IMPORTED)\nadd_library(x MODULE IMPORTED GLOBAL)\n", ALL),
    "interface-library": ("add_library(h INTERFACE)\ntarget_link_libraries(h INTERFACE m)\n", ALL),
    "alias-of-what-is-elsewhere": ("add_library(h ALIAS other)\n", ALL),
    "name-computed": ("add_library(${NAME} SHARED h.c)\nadd_library(${NAME}_x MODULE x.c)\n", ALL),
    "name-in-a-generator-expression": ("target_link_libraries($<1:x> m)\n", ALL),
    "custom-target": ("add_custom_target(x ALL)\nadd_test(NAME h COMMAND h)\n", ALL),
    "other-command": ("my_add_module(x x.c)\nfind_library(h m)\n", ALL),
    "archive-already": (f"add_library(h STATIC h.c)\n{PIC}", [STATIC]),
    "archive-already-by-default-settings": (
        "set(CMAKE_POSITION_INDEPENDENT_CODE 1)\nadd_library(h STATIC h.c)\n",
        [STATIC],
    ),
    "object-library": ("set(CMAKE_POSITION_INDEPENDENT_CODE ON)\nadd_library(h OBJECT h.c)\n", [STATIC]),
    "archive-installed-headers-stay": (
        f"add_library(h STATIC h.c)\n{PIC}install(FILES h.h DESTINATION include)\ninstall(DIRECTORY h DESTINATION x)\n",
        [STATIC],
    ),
    "link-of-an-archive-stays": (
        f"{X}add_library(h STATIC h.c)\ntarget_link_libraries(x PRIVATE h)\n",
        [LinkArchive("x", "h", ())],
    ),
    "archives-inside-stay": (
        f"{X}add_library(h STATIC h.c)\nadd_library(o STATIC o.c)\ntarget_link_libraries(x PRIVATE h o)\n",
        [LinkArchive("x", "h", ("o",))],
    ),
    "objects-inside-of-what-is-not-linked": (
        f"{X}add_library(h STATIC h.c)\nadd_library(o OBJECT o.c)\ntarget_link_libraries(x PRIVATE o)\n",
        [LinkArchive("x", "h", ("o",))],
    ),
    "runtime-already-private": (
        f"{X}target_link_options(x PRIVATE -static-libstdc++ LINKER:--exclude-libs,ALL)\n",
        [RUNTIME],
    ),
    "runtime-already-private-in-another-way": (
        f"{X}target_link_libraries(x -Wl,--exclude-libs,ALL -static-libstdc++)\n",
        [RUNTIME],
    ),
    "header-already-there": (
        f"project(p)\n{X}target_compile_options(x PUBLIC \"SHELL:-include '${{p_SOURCE_DIR}}/v.h'\")\n",
        [HEADER],
    ),
    "header-already-there-in-two-words": (
        f"project(p)\n{X}target_compile_options(x PRIVATE -include ${{CMAKE_CURRENT_SOURCE_DIR}}/v.h -g)\n",
        [HEADER],
    ),
    "header-already-there-under-a-condition": (
        f"project(p)\n{X}target_compile_options(x PRIVATE $<$<CXX_COMPILER_ID:GNU>:-include${{p_SOURCE_DIR}}/v.h>)\n",
        [HEADER],
    ),
    "flags-already-there": (
        f"{X}target_compile_options(x PRIVATE -O2 -g)\ntarget_link_options(x PUBLIC -s)\n",
        [AddCompileFlags("x", ("-O2", "-g")), AddLinkFlags("x", ("-s",))],
    ),
    "flags-already-there-in-a-body": (
        MAKE.replace("endf", "  target_compile_options(${n} PRIVATE -O2)\nendf") + "make(x)\n",
        [AddCompileFlags("x", ("-O2",))],
    ),
    "function-that-nobody-calls": (MAKE, ALL),
    "flags-already-there-through-a-variable": (
        f"set(F -O2 -g)\n{X}target_compile_options(x PRIVATE ${{F}})\n",
        [AddCompileFlags("x", ("-O2", "-g"))],
    ),
    "source-already-there": ("add_library(x MODULE x.c ./n.c)\n", [SOURCE]),
    "source-already-there-in-another-command": (f"{X}target_sources(x PRIVATE n.c)\n", [SOURCE]),
    "source-already-there-through-a-variable": (
        "set(S x.c)\nlist(APPEND S n.c)\nadd_library(x MODULE ${S})\n",
        [SOURCE],
    ),
    "include-directory-already-there": (
        f"project(p)\n{X}target_include_directories(x SYSTEM PUBLIC ${{PROJECT_SOURCE_DIR}}/i)\n",
        [AddIncludeDirs("x", ("i",))],
    ),
    "nothing-to-add": (X, [AddSources("x", ()), AddCompileFlags("x", ()), AddLinkFlags("x", ())]),
    "library-not-linked": (f"{X}target_link_libraries(x PRIVATE z M::m)\n", [NO_M]),
    "library-only-for-those-that-link-it": (f"{X}target_link_libraries(x INTERFACE m)\n", [NO_M]),
    "library-only-in-a-generator-expression": (f"{X}target_link_libraries(x PRIVATE $<$<BOOL:1>:m>)\n", [NO_M]),
    "library-that-is-a-target-here": (f"{X}add_library(m STATIC m.c)\ntarget_link_libraries(x m)\n", [NO_M]),
}

REFUSED: dict[str, tuple[str, Change, int]] = {
    "defined-in-two-branches": (
        "if(A)\n  add_library(h SHARED h.c)\nelse()\n  add_library(h SHARED g.c)\nendif()\n",
        STATIC,
        4,
    ),
    "defined-in-two-ways": (
        "if(A)\n pybind11_add_module(x x.c)\nelse()\n add_library(x MODULE x.c)\nendif()\n",
        RUNTIME,
        4,
    ),
    "made-by-a-function-under-a-longer-name": (
        "function(make name)\n  add_library(${name}_${name} MODULE ${name}.c)\nendfunction()\nmake(x)\n",
        RUNTIME,
        2,
    ),
    "made-by-a-function-that-makes-two": (
        "function(make a b)\n  add_library(${a} MODULE a.c)\n  add_library(${b} MODULE b.c)\nendfunction()\n"
        "make(y x)\n",
        RUNTIME,
        2,
    ),
    "made-by-a-function-that-chooses-the-name": (
        "function(make n)\n  set(n ${n}${S})\n  add_library(${n} MODULE x.c)\nendfunction()\nmake(x)\n",
        RUNTIME,
        3,
    ),
    "made-by-a-function-that-a-function-calls": (
        f"{MAKE}macro(more)\n  make(${{ARGV0}})\nendmacro()\nmore(x)\n",
        RUNTIME,
        6,
    ),
    "made-by-one-of-two-functions": (f"if(A)\n{MAKE}else()\n{MAKE}endif()\nmake(x)\n", HEADER, 3),
    "helper-made-by-a-function": (
        "function(make n)\n  add_library(${n} SHARED ${ARGN})\nendfunction()\nmake(h h.c)\nmake(g g.c)\n",
        STATIC,
        2,
    ),
    "library-linked-in-a-body": (f"{MAKE}make(x)\n", NO_M, 3),
    "runtime-linked-in-a-body": (f"{MAKE.replace('m)', 'stdc++)')}make(x)\n", RUNTIME, 3),
    "made-by-a-macro-in-another-case": (
        "macro(MAKE)\n  add_library(${ARGV0} SHARED ${ARGN})\nendmacro()\nMake(h h.c)\n",
        STATIC,
        2,
    ),
    "made-in-a-body-under-its-own-name": (
        "macro(make)\n  add_library(h SHARED h.c)\nendmacro()\nmake()\n",
        STATIC,
        2,
    ),
    "made-in-a-loop": ("foreach(n IN ITEMS y x)\n  add_library(${n} MODULE ${n}.c)\nendforeach()\n", HEADER, 2),
    "type-in-a-variable": ("set(KIND SHARED)\nadd_library(h ${KIND} h.c)\n", STATIC, 2),
    "type-in-an-unknown-variable": ("add_library(h ${KIND} h.c)\n", STATIC, 1),
    "type-in-a-list-with-the-sources": ("set(H SHARED h.c)\nadd_library(h ${H})\n", STATIC, 2),
    "module-that-nobody-links": ("add_library(h MODULE h.c)\n", STATIC, 1),
    "program-is-no-archive": ("add_executable(h h.c)\n", STATIC, 1),
    "installed-through-a-variable": (
        "set(L h x)\nadd_library(h SHARED h.c)\ninstall(TARGETS ${L} DESTINATION p)\n",
        STATIC,
        3,
    ),
    "exported": ("add_library(h SHARED h.c)\ninstall(TARGETS h EXPORT hTargets\n  DESTINATION p)\n", STATIC, 2),
    "installed-as-a-file": ("add_library(h SHARED h.c)\ninstall(FILES $<TARGET_FILE:h> DESTINATION p)\n", STATIC, 2),
    "kept-from-being-position-independent": (
        "add_library(h SHARED h.c)\nset_target_properties(h PROPERTIES POSITION_INDEPENDENT_CODE OFF)\n",
        STATIC,
        2,
    ),
    "position-independent-as-computed": (
        "add_library(h SHARED h.c)\nset_target_properties(h PROPERTIES POSITION_INDEPENDENT_CODE ${P})\n",
        STATIC,
        2,
    ),
    "runtime-named-through-a-variable": (f"set(L stdc++)\n{X}target_link_libraries(x ${{L}})\n", RUNTIME, 3),
    "library-in-a-variable": (f"set(L m z)\n{X}target_link_libraries(x PRIVATE ${{L}})\n", NO_M, 3),
    "library-in-an-unknown-variable": (f"{X}target_link_libraries(x PRIVATE\n  ${{L}})\n", NO_M, 2),
    "objects-inside-named-through-a-variable": (
        f"set(L h o)\n{X}add_library(h STATIC h.c)\nadd_library(o OBJECT o.c)\ntarget_link_libraries(x ${{L}})\n",
        LinkArchive("x", "h", ("o",)),
        5,
    ),
    "languages-computed": ("project(p LANGUAGES ${L})\nadd_library(x MODULE x.cpp)\n", SOURCE, 2),
    "no-target-is-dropped": (f"\n{X}", DropExtension("x"), 2),
}


@pytest.mark.parametrize(("text", "changes"), UNCHANGED.values(), ids=UNCHANGED.keys())
def test_text_comes_back_unchanged(text: str, changes: Sequence[Change]) -> None:
    assert cmake.rewrite({"CMakeLists.txt": text}, changes) == {"CMakeLists.txt": text}


@pytest.mark.parametrize(("text", "change", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_text_is_refused_with_its_line(text: str, change: Change, line: int) -> None:
    with pytest.raises(RewriteError) as raised:
        cmake.rewrite({"CMakeLists.txt": text}, [change])
    assert (raised.value.path, raised.value.line) == ("CMakeLists.txt", line)
    assert "by hand" in raised.value.message or "cannot become" in raised.value.message or "only you" in str(raised)


def test_refusal_says_what_and_what_to_do() -> None:
    with pytest.raises(RewriteError) as raised:
        cmake.rewrite({"CMakeLists.txt": "set(KIND SHARED)\nadd_library(h ${KIND} h.c)\n"}, [STATIC])
    expected = "CMakeLists.txt:2: ${KIND} may say what kind of library h is; write STATIC there by hand"
    assert str(raised.value) == expected


def test_line_is_counted_in_the_text_as_it_came() -> None:
    text = f"{X}add_library(h SHARED h.c)\n\ninstall(TARGETS h EXPORT e DESTINATION p)\n"
    with pytest.raises(RewriteError) as raised:
        cmake.rewrite({"CMakeLists.txt": text}, [SOURCE, RUNTIME, HEADER, STATIC])
    assert raised.value.line == 4
