"""Scripts that describe a cffi extension: what `set_source` declares, what comes back unchanged, what becomes of it.

cffi itself is the oracle: what the rewritten script passes on is asked of it, by running the script.
"""

import ast
from collections.abc import Sequence

import cffi  # type: ignore[import-untyped]  # ships no types
import pytest

from glibcheck.buildfiles import setuptools
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
    PrivateRuntime,
)

SOURCE = AddSources("_a", ("x.c",))
FLAGS = AddCompileFlags("_a", ("-O1", "-g"))
LINK = AddLinkFlags("_a", ("-s",))
HEADER = ForceInclude("_a", "x.h")
NO_M = DropLibrary("_a", "m")
GONE = DropExtension("_a")
RUNTIME = PrivateRuntime("_a")
ALL: Sequence[Change] = [SOURCE, FLAGS, LINK, HEADER, NO_M, GONE, RUNTIME]

HEAD = "from cffi import FFI\nffi = FFI()\n"
PRIVATE = "-Wl,--exclude-libs,ALL"

UNCHANGED: dict[str, tuple[str, Sequence[Change]]] = {
    "definitions-alone": (f'{HEAD}ffi.cdef("int f(int);")\n', ALL),
    "another-extension": (f'{HEAD}ffi.set_source("_b", "", libraries=["m"])\n', ALL),
    "name-that-only-starts-alike": (f'{HEAD}ffi.set_source("_a._b", "")\n', ALL),
    "name-in-a-package": (f'{HEAD}ffi.set_source("p._a", "")\n', ALL),
    "no-code": (f'{HEAD}ffi.set_source("_a", None)\n', ALL),
    "no-code-by-keyword": (f'{HEAD}ffi.set_source("_a", source=None)\n', ALL),
    "no-code-in-a-dictionary": (f'{HEAD}o = {{"source": None}}\nffi.set_source("_a", **o)\n', ALL),
    "function-of-that-name": ('def set_source(name, code): pass\nset_source("_a", "")\n', ALL),
    "longer-name": (f'{HEAD}ffi.set_source_pkgconfig("_a", ["a"], "")\n', ALL),
    "verify": (f'{HEAD}ffi.verify("int f;", libraries=["m"])\n', ALL),
    "embedding": (f'{HEAD}ffi.embedding_api("int f(int);")\n', ALL),
    "dlopen": (f'{HEAD}lib = ffi.dlopen("libm.so.6")\n', ALL),
    "in-a-comment": (f'{HEAD}# ffi.set_source("_a", "")\n', ALL),
    "in-the-code": (f'{HEAD}ffi.set_source("_b", \'ffi.set_source("_a", "");\')\n', ALL),
    "name-computed": (f"{HEAD}ffi.set_source(make_name(), '')\n", ALL),
    "name-of-a-parameter": (f'{HEAD}def build(name="_a"):\n    ffi.set_source(name, "")\n', ALL),
    "name-bound-twice": (f'{HEAD}N = "_a"\nif x:\n    N = "_b"\nffi.set_source(N, "")\n', ALL),
    "everything-behind-a-star": (f"{HEAD}ffi.set_source(*arguments)\n", ALL),
    "everything-behind-two-stars": (f"{HEAD}ffi.set_source(**arguments)\n", ALL),
    "no-arguments": (f"{HEAD}ffi.set_source()\n", ALL),
    "method-handed-on": (f'{HEAD}build(ffi.set_source, "_a", "")\n', ALL),
    "result-of-a-call": (f'{HEAD}ffi.set_source()("_a", "")\n', ALL),
    "source-already-there": (f'{HEAD}ffi.set_source("_a", "", sources=["a.c", "x.c"])\n', [SOURCE]),
    "include-directory-already-there": (
        f'{HEAD}ffi.set_source("_a", "", include_dirs=["."])\n',
        [AddIncludeDirs("_a", (".",))],
    ),
    "flags-already-there": (f'{HEAD}ffi.set_source("_a", "", extra_compile_args=["-O1", "-g"])\n', [FLAGS]),
    "flags-already-there-in-a-dictionary": (
        f'{HEAD}o = dict(extra_link_args=["-s"])\nffi.set_source("_a", "", **o)\n',
        [LINK],
    ),
    "header-already-forced": (
        f'{HEAD}ffi.set_source("_a", "", extra_compile_args=["-include", "x.h"], depends=["x.h"])\n',
        [HEADER],
    ),
    "library-not-there": (f'{HEAD}ffi.set_source("_a", "", libraries=["z"])\n', [NO_M]),
    "runtime-already-static": (
        f'{HEAD}ffi.set_source("_a", "", extra_link_args=["-static-libstdc++", "{PRIVATE}"])\n',
        [RUNTIME],
    ),
    "latin-1-and-no-final-newline": ('# coding: latin-1\nö = "ffi.set_source("  # größe', ALL),
    "crlf-and-tabs": (f'{HEAD}if x:\n\tffi.set_source(\n\t\t"_b",\n\t\t"")\n'.replace("\n", "\r\n"), ALL),
}

REFUSED: dict[str, tuple[str, Change, int]] = {
    "options-from-a-call": (f'{HEAD}ffi.set_source("_a", "",\n  **pkgconfig())\n', SOURCE, 4),
    "options-from-cffi": (f'{HEAD}o = ffi_options()\nffi.set_source("_a", "", **o)\n', FLAGS, 4),
    "options-updated": (f'{HEAD}o = {{}}\no.update(more)\nffi.set_source("_a", "", **o)\n', LINK, 5),
    "library-from-a-call": (f'{HEAD}ffi.set_source("_a", "", libraries=find())\n', NO_M, 3),
    "library-in-one-branch-that-nobody-knows": (
        f'{HEAD}L = ["m"]\nif x:\n    L = find()\nffi.set_source("_a", "", libraries=L)\n',
        NO_M,
        6,
    ),
    "twice": (f'{HEAD}ffi.set_source("_a", "")\nffi.set_source("_a", "")\n', SOURCE, 4),
    "no-list-of-extensions": (f'{HEAD}ffi.set_source("_a", "")\n', GONE, 3),
}

# Each script, and what cffi must have been given in the end.
CARRIED_OUT: dict[str, tuple[str, Sequence[Change], dict[str, list[str]]]] = {
    "name-and-code-alone": (
        f'{HEAD}ffi.set_source("_a", "")\n',
        [SOURCE, HEADER],
        {"sources": ["x.c"], "extra_compile_args": ["-include", "x.h"], "depends": ["x.h"]},
    ),
    "all-by-keyword": (
        f'{HEAD}ffi.set_source(module_name="_a", source="", libraries=["m", "z"], sources=["a.c"])\n',
        [SOURCE, NO_M],
        {"libraries": ["z"], "sources": ["a.c", "x.c"]},
    ),
    "options-in-a-dictionary": (
        f'{HEAD}kwargs = dict(libraries=["stdc++"])\nkwargs["sources"] = ["a.c"]\nffi.set_source("_a", "", **kwargs)\n',
        [SOURCE, RUNTIME],
        {"libraries": [], "sources": ["a.c", "x.c"], "extra_link_args": ["-l:libstdc++.a", PRIVATE]},
    ),
    "options-of-each-platform": (
        f'{HEAD}import os\nif os.name == "nt":\n    args = ["/O2"]\nelse:\n    args = ["-O2"]\n'
        'ffi.set_source("_a", "", extra_compile_args=args)\n',
        [FLAGS],
        {"extra_compile_args": ["-O2", "-O1", "-g"]},
    ),
    "file-name-ending": (
        f'{HEAD}ffi.set_source("_a", "", source_extension=".cpp")\n',
        [LINK],
        {"extra_link_args": ["-s"]},
    ),
    "name-in-two-parts": (
        f'{HEAD}P = "_"\nffi.set_source(P + "a", "", sources=[])\n',
        [SOURCE],
        {"sources": ["x.c"]},
    ),
    "in-a-function": (
        f'{HEAD}def build():\n    flags = []\n    flags.append("-Wall")\n'
        '    ffi.set_source("_a", "", extra_compile_args=flags)\nbuild()\n',
        [FLAGS],
        {"extra_compile_args": ["-Wall", "-O1", "-g"]},
    ),
}


@pytest.mark.parametrize(("text", "changes"), UNCHANGED.values(), ids=UNCHANGED.keys())
def test_text_comes_back_unchanged(text: str, changes: Sequence[Change]) -> None:
    assert setuptools.rewrite("build_ffi.py", text, changes) == text


@pytest.mark.parametrize(("text", "change", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_text_is_refused_with_its_line(text: str, change: Change, line: int) -> None:
    with pytest.raises(RewriteError) as raised:
        setuptools.rewrite("build_ffi.py", text, [change])
    assert raised.value.line == line


@pytest.mark.parametrize(("text", "changes", "given"), CARRIED_OUT.values(), ids=CARRIED_OUT.keys())
def test_cffi_is_given_what_was_asked_for(text: str, changes: Sequence[Change], given: dict[str, list[str]]) -> None:
    after = setuptools.rewrite("build_ffi.py", text, changes)
    names: dict[str, cffi.FFI] = {}
    exec(compile(ast.parse(after), "build_ffi.py", "exec"), names)  # noqa: S102  # a script of this table
    name, _, _, options = names["ffi"]._assigned_source
    assert (name, options) == ("_a", given)
    assert setuptools.rewrite("build_ffi.py", after, changes) == after
