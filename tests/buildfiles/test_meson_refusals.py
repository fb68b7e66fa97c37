"""The texts that must come back as they are, and those that must be refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from glibcheck.buildfiles import meson
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

SOURCE = AddSources("a", ("new.c",))
FLAGS = AddCompileFlags("a", ("-O1", "-g"))
HEADER = ForceInclude("a", "x.h")
NO_M = DropLibrary("a", "m")
STATIC = MakeStatic("a")
RUNTIME = PrivateRuntime("a")
ALL: Sequence[Change] = [SOURCE, FLAGS, HEADER, NO_M, STATIC, RUNTIME, DropExtension("a")]
PRIVATE = "'-static-libstdc++', '-Wl,--exclude-libs,ALL'"
FIND = "m = meson.get_compiler('c').find_library('z')\n"

UNCHANGED: dict[str, tuple[str, Sequence[Change]]] = {
    "no-changes-even-to-what-is-not-meson": ('x = "y"', []),
    "empty-file": ("", ALL),
    "another-target": ("library('b', 'b.c', install: true)\n", ALL),
    "name-that-only-starts-alike": ("library('ab', 'b.c')\n", ALL),
    "name-as-another-argument": ("library('b', 'a')\n", ALL),
    "name-computed": ("library('@0@'.format('a'), 'a.c')\n", ALL),
    "name-formatted": ("x = 'a'\nlibrary(f'@x@', 'a.c')\n", ALL),
    "name-joined": ("library('a' + '', 'a.c')\n", ALL),
    "call-in-a-comment": ("# library('a', 'a.c')\n", ALL),
    "call-in-a-string": ("x = '''\nlibrary('a', 'a.c')\n'''\n", ALL),
    "call-without-arguments": ("library()\n", ALL),
    "another-function": ("custom_target('a', output: 'a')\nrun_target('a', command: 'x')\n", ALL),
    "method-of-that-name": ("x.library('a', 'a.c')\n", ALL),
    "function-that-is-the-method": ("extension_module('a', 'a.c')\n", ALL),
    "source-already-there": ("library('a', 'a.c', 'new.c')\n", [SOURCE]),
    "source-already-there-in-files": ("library('a', files('a.c', './new.c'))\n", [SOURCE]),
    "source-already-there-through-a-name": ("s = ['new.c']\nlibrary('a', s)\nx = s\n", [SOURCE]),
    "directory-already-there": (
        "library('a', 'a.c', include_directories: ['i', include_directories('.')])\n",
        [AddIncludeDirs("a", (".", "i"))],
    ),
    "flags-already-there-in-a-row": ("library('a', 'a.c', c_args: ['-DA', '-O1', ['-g']])\n", [FLAGS]),
    "link-flags-already-there": ("library('a', 'a.c', link_args: '-s')\n", [AddLinkFlags("a", ("-s",))]),
    "header-already-forced": ("library('a', 'a.c', c_args: ['-include', meson.source_root() / 'x.h'])\n", [HEADER]),
    "header-already-forced-in-another-spelling": (
        "library('a', 'a.c', c_args: ['-include', join_paths(meson.current_source_dir(), 'x.h')])\n",
        [HEADER],
    ),
    "nothing-to-add": ("library('a', 'a.c')\n", [AddSources("a", ()), AddCompileFlags("a", ())]),
    "library-not-given": ("library('a', 'a.c')\n", [NO_M]),
    "library-not-in-the-list": (f"{FIND}library('a', 'a.c', dependencies: [m])\n", [NO_M]),
    "library-of-a-longer-name": ("library('a', 'a.c', link_args: '-lmm')\n", [NO_M]),
    "archive-already": ("static_library('a', 'a.c', pic: true, install: false)\n", [STATIC]),
    "archive-that-is-not-linked": (
        "static_library('b', 'b.c', link_args: '-s')\nlibrary('a', 'a.c')\n",
        [LinkArchive("a", "b", ())],
    ),
    "archive-that-nobody-declares": ("library('a', 'a.c')\n", [LinkArchive("a", "b", ())]),
    "runtime-already-private": (f"library('a', 'a.cpp', link_args: [{PRIVATE}])\n", [RUNTIME]),
    "crlf": ("library('b',\r\n\t'b.c')\r\n", ALL),
}

REFUSED: dict[str, tuple[str, Change, int | None]] = {
    "not-meson": ("x = 1\nlibrary(\"a\", 'a.c')\n", SOURCE, 2),
    "cut-off": ("library('a',\n 'a.c'\n", SOURCE, 3),
    "two-statements-in-a-line": ("x = 1 y = 2\n", SOURCE, 1),
    "if-without-end": ("if true\n", SOURCE, 2),
    "assignment-to-a-call": ("f() = 1\n", SOURCE, 1),
    "nested-beyond-any-stack": ("x = " + "(" * 100_000, SOURCE, 1),
    "methods-beyond-any-stack": ("x = y" + ".f()" * 100_000, SOURCE, 1),
    "declared-twice": ("if x\n  library('a', 'a.c')\nelse\n  library('a', 'b.c')\nendif\n", SOURCE, 4),
    "made-in-a-loop": ("foreach n : ['a', 'b']\n  library(n, n + '.c')\nendforeach\n", FLAGS, 2),
    "made-in-a-loop-over-lists": (
        "foreach n : [['a', 'a.c'], ['b', 'b.c']]\n  library(n[0], n[1])\nendforeach\n",
        FLAGS,
        2,
    ),
    "made-in-a-loop-over-a-dict": ("d = {'a': 'a.c'}\nforeach n, s : d\n  library(n, s)\nendforeach\n", FLAGS, 3),
    "arguments-from-a-dict": ("k = {'c_args': ['-DA']}\nlibrary('a', 'a.c', kwargs: k)\n", FLAGS, 2),
    "arguments-from-a-dict-that-is-unknown": ("library('a', 'a.c',\n  kwargs: f())\n", STATIC, 2),
    "library-in-a-list-that-others-read": (
        "m = meson.get_compiler('c').find_library('m')\nd = [m]\nlibrary('a', 'a.c', dependencies: d)\nx = d\n",
        NO_M,
        3,
    ),
    "libraries-from-a-loop": ("foreach d : x\n  y = d\nendforeach\nlibrary('a', 'a.c', dependencies: d)\n", NO_M, 4),
    "extension-dropped": ("shared_module('a', 'a.c')\n", DropExtension("a"), 1),
    "extension-made-static": ("shared_module('a', 'a.c')\n", STATIC, 1),
    "program-made-static": ("executable('a', 'a.c')\n", STATIC, 1),
    "library-of-rust": ("library('a', 'a.rs',\n rust_abi: 'c')\n", STATIC, 2),
    "halves-of-a-library": ("a = both_libraries('a', 'a.c')\nx = a.get_shared_lib()\n", STATIC, 2),
    "flags-to-the-link-of-an-archive": ("static_library('a', 'a.c')\n", AddLinkFlags("a", ("-s",)), 1),
    "runtime-of-an-archive": ("static_library('a', 'a.c')\n", RUNTIME, 1),
    "flags-of-a-helper-are-computed": (
        "b = static_library('b', 'b.c', link_args: f'@x@')\nlibrary('a', 'a.c', link_with: b)\n",
        LinkArchive("a", "b", ()),
        1,
    ),
}


@pytest.mark.parametrize(("text", "changes"), UNCHANGED.values(), ids=UNCHANGED.keys())
def test_text_comes_back_unchanged(text: str, changes: Sequence[Change]) -> None:
    assert meson.rewrite({"meson.build": text}, changes) == {"meson.build": text}


@pytest.mark.parametrize(("text", "change", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_too_clever_is_refused_with_its_line(text: str, change: Change, line: int | None) -> None:
    with pytest.raises(RewriteError) as caught:
        meson.rewrite({"meson.build": text}, [change])
    assert (caught.value.path, caught.value.line) == ("meson.build", line)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("wrap", "folder"), [("[wrap-git]\n", "core"), ("[wrap-file]\ndirectory = core-1.0\n", "core-1.0")]
)
def test_a_folder_that_is_fetched_anew_is_not_edited(wrap: str, folder: str) -> None:
    path = f"subprojects/{folder}/meson.build"
    texts: Mapping[str, str] = {
        "subprojects/core.wrap": wrap,
        path: "project('core', 'c')\nlibrary('core', 'core.c')\n",
    }
    with pytest.raises(RewriteError, match=r"subprojects/core\.wrap fetches .* anew"):
        meson.rewrite(texts, [MakeStatic(f"subprojects/{folder}/core")])


@pytest.mark.parametrize("change", [AddSources("subprojects/p/a", ("x.c",)), AddIncludeDirs("subprojects/p/a", (".",))])
def test_a_subproject_reads_nothing_outside_of_its_folder(change: Change) -> None:
    texts = {"subprojects/p/meson.build": "project('p', 'c')\nlibrary('a', 'a.c')\n"}
    with pytest.raises(RewriteError, match=r"outside of subprojects/p"):
        meson.rewrite(texts, [change])
