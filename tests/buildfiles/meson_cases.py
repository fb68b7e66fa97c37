"""Before and after: small texts here, whole projects in fixtures/rewrites/meson."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from glibcheck.model import plan
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

FIXTURES = os.path.join(os.path.dirname(__file__), "..", "..", "fixtures", "rewrites", "meson")

SOURCE = AddSources("a", ("x.c",))
FLAGS = AddCompileFlags("a", ("-O1", "-g"))
HEADER = ForceInclude("a", "x.h")
NO_M = DropLibrary("a", "m")
STATIC = MakeStatic("a")
RUNTIME = PrivateRuntime("a")
FORCED = "'-include', meson.project_source_root() / 'x.h'"
PRIVATE = "'-static-libstdc++', '-Wl,--exclude-libs,ALL'"

SMALL: dict[str, tuple[str, Sequence[Change], str]] = {
    "source-behind-the-last": ("library('a', 'a.c')", [SOURCE], "library('a', 'a.c', 'x.c')"),
    "source-before-the-keywords": (
        "library('a', 'a.c', install: true)",
        [SOURCE],
        "library('a', 'a.c', 'x.c', install: true)",
    ),
    "source-of-another-language": (
        "project('p', 'cpp', version: '1')\nlibrary('a', 'a.cpp')",
        [SOURCE],
        "project('p', 'cpp', 'c', version: '1')\nlibrary('a', 'a.cpp', 'x.c')",
    ),
    "source-of-another-language-than-a-list-has": (
        "project('p', ['cpp'])\nlibrary('a', 'a.cpp')",
        [SOURCE],
        "project('p', ['cpp', 'c'])\nlibrary('a', 'a.cpp', 'x.c')",
    ),
    "source-of-a-language-asked-for-later": (
        "project('p', 'cpp')\nadd_languages('c', native: false)\nlibrary('a', 'a.cpp')",
        [SOURCE],
        "project('p', 'cpp')\nadd_languages('c', native: false)\nlibrary('a', 'a.cpp', 'x.c')",
    ),
    "source-in-a-list": ("library('a', ['a.c'])", [SOURCE], "library('a', ['a.c', 'x.c'])"),
    "source-in-the-keyword": ("library('a', sources: ['a.c'])", [SOURCE], "library('a', sources: ['a.c', 'x.c'])"),
    "source-in-files": ("s = files('a.c')\nlibrary('a', s)", [SOURCE], "s = files('a.c', 'x.c')\nlibrary('a', s)"),
    "source-beside-a-list-that-others-read": (
        "s = ['a.c']\nlibrary('a', s)\nlibrary('b', s)",
        [SOURCE],
        "s = ['a.c']\nlibrary('a', s, 'x.c')\nlibrary('b', s)",
    ),
    "directory-of-headers": (
        "library('a', 'a.c')",
        [AddIncludeDirs("a", (".",))],
        "library('a', 'a.c', include_directories: [include_directories('.')])",
    ),
    "flags-of-the-language": ("library('a', 'a.cpp')", [FLAGS], "library('a', 'a.cpp', cpp_args: ['-O1', '-g'])"),
    "flags-to-a-string": (
        "library('a', 'a.c', c_args: '-DA')",
        [FLAGS],
        "library('a', 'a.c', c_args: ['-DA', '-O1', '-g'])",
    ),
    "flags-changed-in-an-if": (
        "f = []\nif true\n  f += '-DA'\nendif\nlibrary('a', 'a.c', c_args: f)",
        [FLAGS],
        "f = []\nif true\n  f += '-DA'\nendif\nlibrary('a', 'a.c', c_args: f + ['-O1', '-g'])",
    ),
    "flags-of-a-ternary": (
        "library('a', 'a.c', c_args: true ? '-DA' : [])",
        [FLAGS],
        "library('a', 'a.c', c_args: [true ? '-DA' : [], '-O1', '-g'])",
    ),
    "kwargs-that-hold-other-things": (
        "k = {'install': true}\nlibrary('a', 'a.c', kwargs: k)",
        [FLAGS],
        "k = {'install': true}\nlibrary('a', 'a.c', kwargs: k, c_args: ['-O1', '-g'])",
    ),
    "header-first": ("library('a', 'a.c')", [HEADER], f"library('a', 'a.c', c_args: [{FORCED}])"),
    "link-flags": (
        "library('a', 'a.c', link_args: ['-Wl,-s'])",
        [AddLinkFlags("a", ("-lm",))],
        "library('a', 'a.c', link_args: ['-Wl,-s', '-lm'])",
    ),
    "library-alone": (
        "cc = meson.get_compiler('c')\nlibrary('a', 'a.c', dependencies: cc.find_library('m'))",
        [NO_M],
        "cc = meson.get_compiler('c')\nlibrary('a', 'a.c')",
    ),
    "library-as-a-flag": (
        "library('a', 'a.c', link_args: ['-s', '-lm'])",
        [NO_M],
        "library('a', 'a.c', link_args: ['-s'])",
    ),
    "shared-library": (
        "shared_library('a', 'a.c', version: '1.2', soversion: '1', install: true, install_dir: 'x')",
        [STATIC],
        "static_library('a', 'a.c')",
    ),
    "build-target": (
        "build_target('a', 'a.c', target_type: 'shared_library', install: true)",
        [STATIC],
        "build_target('a', 'a.c', target_type: 'static_library')",
    ),
    "archive-of-code-that-is-not-pic": (
        "static_library('a', 'a.c', pic: false, install: false)",
        [STATIC],
        "static_library('a', 'a.c', install: false)",
    ),
    "flags-of-the-helper-go-to-its-user": (
        "b = static_library('b', 'b.c', link_args: ['-lm', '-s'])\nshared_module('a', 'a.c', link_with: b)",
        [LinkArchive("a", "b", ())],
        "b = static_library('b', 'b.c')\nshared_module('a', 'a.c', link_with: b, link_args: ['-lm'])",
    ),
    "archive-inside-of-another-is-named-once": (
        "c = static_library('c', 'c.c')\nb = static_library('b', 'b.c', link_whole: c)\n"
        "shared_module('a', 'a.c', link_whole: [b, c])",
        [LinkArchive("a", "b", ("c",))],
        "c = static_library('c', 'c.c')\nb = static_library('b', 'b.c', link_whole: c)\n"
        "shared_module('a', 'a.c', link_whole: [b])",
    ),
    "run-path-stays-for-another-library": (
        "c = library('c', 'c.c')\nb = static_library('b', 'b.c', link_args: '-s')\n"
        "shared_module('a', 'a.c', link_with: [b, c], install_rpath: '$ORIGIN')",
        [LinkArchive("a", "b", ())],
        "c = library('c', 'c.c')\nb = static_library('b', 'b.c')\n"
        "shared_module('a', 'a.c', link_with: [b, c], install_rpath: '$ORIGIN')",
    ),
    "runtime": ("shared_module('a', 'a.cpp')", [RUNTIME], f"shared_module('a', 'a.cpp', link_args: [{PRIVATE}])"),
    "runtime-named-as-a-flag": (
        "shared_module('a', 'a.c', link_args: ['-lstdc++'])",
        [RUNTIME],
        "shared_module('a', 'a.c', link_args: ['-l:libstdc++.a', '-Wl,--exclude-libs,ALL'])",
    ),
}


def _texts(folder: str) -> dict[str, str]:
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, encoding="utf-8", newline="") as stream:
                found[os.path.relpath(path, folder).replace(os.sep, "/")] = stream.read()
    return found


def _changes(path: str) -> list[Change]:
    with open(path, encoding="utf-8") as stream:
        rows = json.load(stream)
    return [
        getattr(plan, kind)(**{name: tuple(item) if isinstance(item, list) else item for name, item in facts.items()})
        for kind, facts in rows
    ]


WHOLE: dict[str, tuple[Mapping[str, str], Sequence[Change], Mapping[str, str]]] = {
    name: (
        _texts(os.path.join(FIXTURES, name, "before")),
        _changes(os.path.join(FIXTURES, name, "changes.json")),
        _texts(os.path.join(FIXTURES, name, "after")),
    )
    for name in sorted(os.listdir(FIXTURES))
}
