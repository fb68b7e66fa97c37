"""`pyproject.toml`: what comes back unchanged, what is refused, what becomes of the rest."""

import tomllib
from collections.abc import Sequence

import pytest

from glibcheck.buildfiles import pyproject
from glibcheck.errors import RewriteError
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    Declaration,
    DropExtension,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)
from tests.buildfiles.fixture_cases import Case, fixture_cases

SOURCE = AddSources("a", ("x.c",))
FLAGS = AddCompileFlags("a", ("-O1", "-g"))
LINK = AddLinkFlags("a", ("-s",))
HEADER = ForceInclude("a", "x.h")
NO_M = DropLibrary("a", "m")
GONE = DropExtension("a")
RUNTIME = PrivateRuntime("a")
ALL: Sequence[Change] = [SOURCE, FLAGS, LINK, HEADER, NO_M, GONE, RUNTIME]

HEAD = "[[tool.setuptools.ext-modules]]\n"
LIST = "[tool.setuptools]\next-modules = "
PRIVATE = '"-Wl,--exclude-libs,ALL"'

UNCHANGED: dict[str, tuple[str, Sequence[Change]]] = {
    "empty-file": ("", ALL),
    "no-changes-even-to-what-is-not-toml": ("[[", []),
    "no-tool-table": ('[project]\nname = "a"\n', ALL),
    "no-setuptools-table": ('[tool.black]\nname = "a"\n', ALL),
    "no-ext-modules": ('[tool.setuptools]\npackages = ["a"]\n', ALL),
    "another-tool": ('[[tool.other.ext-modules]]\nname = "a"\nsources = []\n', ALL),
    "another-array": ('[[tool.setuptools.other]]\nname = "a"\nsources = []\n', ALL),
    "not-below-tool": ('[[setuptools.ext-modules]]\nname = "a"\nsources = []\n', ALL),
    "another-extension": (f'{HEAD}name = "b"\nsources = ["b.c"]\nlibraries = ["m"]\n', ALL),
    "name-that-only-starts-alike": (f'{HEAD}name = "a.b"\nsources = ["b.c"]\n', ALL),
    "no-name": (f'{HEAD}sources = ["b.c"]\n', ALL),
    "name-that-is-no-text": (f"{HEAD}name = 1\nsources = []\n", ALL),
    "in-a-comment": (f'# {HEAD}# name = "a"\nx = 1\n', ALL),
    "in-a-string": (f'x = """\n{HEAD}name = "a"\n"""\n', ALL),
    "array-of-no-tables": (f'{LIST}["a"]\n', ALL),
    "table-instead-of-an-array": ('[tool.setuptools.ext-modules]\nname = "a"\n', ALL),
    "text-instead-of-an-array": (f'{LIST}"a"\n', ALL),
    "text-instead-of-a-table": ('tool = "setuptools.ext-modules"\n', ALL),
    "empty-array": (f"{LIST}[]\n", ALL),
    "source-already-there": (f'{HEAD}name = "a"\nsources = ["a.c", "x.c"]\n', [SOURCE]),
    "source-already-there-in-other-quotes": (f"{HEAD}name = 'a'\nsources = ['''x.c''']\n", [SOURCE]),
    "source-already-there-in-escapes": (f'{HEAD}name = "a"\nsources = ["\\u0078.c"]\n', [SOURCE]),
    "source-already-there-inline": (f'{LIST}[{{name="a",sources=["x.c"]}}]\n', [SOURCE]),
    "include-directory-already-there": (
        f'{HEAD}name = "a"\nsources = []\ninclude-dirs = ["i", "."]\n',
        [AddIncludeDirs("a", (".", "i"))],
    ),
    "flags-already-there-in-a-row": (
        f'{HEAD}name = "a"\nsources = []\nextra-compile-args = ["-x", "-O1", "-g", "-y"]\n',
        [FLAGS],
    ),
    "link-flag-already-there": (f'{HEAD}name = "a"\nsources = []\nextra-link-args = ["-s"]\n', [LINK]),
    "header-already-forced": (
        f'{HEAD}name = "a"\nsources = []\nextra-compile-args = ["-include", "x.h"]\ndepends = ["x.h"]\n',
        [HEADER],
    ),
    "library-not-there": (f'{HEAD}name = "a"\nsources = []\nlibraries = ["z", "mm"]\n', [NO_M]),
    "no-libraries": (f'{HEAD}name = "a"\nsources = []\n', [NO_M]),
    "runtime-already-static": (
        f'{HEAD}name = "a"\nsources = []\nextra-link-args = ["-static-libstdc++", {PRIVATE}]\n',
        [RUNTIME],
    ),
    "runtime-already-an-archive": (
        f'{HEAD}name = "a"\nsources = []\nextra-link-args = ["-l:libstdc++.a", {PRIVATE}]\n',
        [RUNTIME],
    ),
}

REFUSED: dict[str, tuple[str, Change, int | None]] = {
    "not-toml": ("[[tool.setuptools.ext-modules]\n", SOURCE, 1),
    "cut-off": (f'{HEAD}name = "a"\nsources = [\n', SOURCE, 3),
    "key-twice": (f'{HEAD}name = "a"\nname = "a"\n', SOURCE, None),
    "declared-twice": (f'{HEAD}name = "a"\nsources = []\n\n{HEAD}name = "a"\nsources = []\n', SOURCE, 6),
    "sources-in-a-text": (f'{HEAD}name = "a"\nsources = "a.c"\n', SOURCE, 3),
    "sources-of-numbers": (f'{HEAD}name = "a"\nsources = [1]\n', SOURCE, 3),
    "never-an-archive": (f'{HEAD}name = "a"\nsources = []\n', MakeStatic("a"), None),
    "never-linked-as-one": (f'{HEAD}name = "a"\nsources = []\n', LinkArchive("a", "b", ()), None),
}

SMALL: dict[str, Case] = {
    "list-on-one-line": (
        f'{HEAD}name = "a"\nsources = ["a.c"]\n',
        [SOURCE],
        f'{HEAD}name = "a"\nsources = ["a.c", "x.c"]\n',
    ),
    "list-with-room-inside": (
        f'{HEAD}name="a"\nsources=[ "a.c" ]\n',
        [SOURCE],
        f'{HEAD}name="a"\nsources=[ "a.c", "x.c" ]\n',
    ),
    "empty-list": (f'{HEAD}name = "a"\nsources = []\n', [SOURCE], f'{HEAD}name = "a"\nsources = ["x.c"]\n'),
    "line-an-item-with-a-comment": (
        f'{HEAD}name = "a"\nsources = [\n  "a.c",  # main [x], "y"\n]\n',
        [SOURCE],
        f'{HEAD}name = "a"\nsources = [\n  "a.c",  # main [x], "y"\n  "x.c",\n]\n',
    ),
    "line-an-item-without-comma": (
        f'{HEAD}name = "a"\nsources = [\n\t"a.c"  # main\n]\n',
        [SOURCE],
        f'{HEAD}name = "a"\nsources = [\n\t"a.c",  # main\n\t"x.c"\n]\n',
    ),
    "single-quotes": (
        f"{HEAD}name = 'a'\nsources = ['a.c']\n",
        [SOURCE, LINK],
        f"{HEAD}name = 'a'\nsources = ['a.c', 'x.c']\nextra-link-args = ['-s']\n",
    ),
    "quotes-in-the-item": (
        f"{HEAD}name = 'a'\nsources = []\n",
        [AddCompileFlags("a", ("-DX='\"y\\z\"'",))],
        f"{HEAD}name = 'a'\nsources = []\nextra-compile-args = [\"-DX='\\\"y\\\\z\\\"'\"]\n",
    ),
    "new-key-under-the-last": (
        f'{HEAD}name = "a"\n  sources=["a.c"]  # c\n\n# of b\n{HEAD}name = "b"\nsources = []\n',
        [HEADER],
        f'{HEAD}name = "a"\n  sources=["a.c"]  # c\n  extra-compile-args=["-include", "x.h"]\n  depends=["x.h"]\n\n'
        f'# of b\n{HEAD}name = "b"\nsources = []\n',
    ),
    "new-key-under-a-long-list": (
        f'{HEAD}name = "a"\nsources = [\n  "a.c",\n]\n[tool.x]\n',
        [LINK],
        f'{HEAD}name = "a"\nsources = [\n  "a.c",\n]\nextra-link-args = ["-s"]\n[tool.x]\n',
    ),
    "no-final-newline": (
        f'{HEAD}name = "a"\nsources = []',
        [LINK],
        f'{HEAD}name = "a"\nsources = []\nextra-link-args = ["-s"]',
    ),
    "crlf": (
        '[[tool.setuptools.ext-modules]]\r\nname = "a"\r\nsources = [\r\n  "a.c"\r\n]\r\n',
        [SOURCE, LINK],
        '[[tool.setuptools.ext-modules]]\r\nname = "a"\r\nsources = [\r\n  "a.c",\r\n  "x.c"\r\n]\r\n'
        'extra-link-args = ["-s"]\r\n',
    ),
    "other-letters": (
        f'[project]\ndescription = "größe \U0001f40d"\n{HEAD}name = "a"\nsources = ["ü.c"]\n',
        [SOURCE],
        f'[project]\ndescription = "größe \U0001f40d"\n{HEAD}name = "a"\nsources = ["ü.c", "x.c"]\n',
    ),
    "inline": (
        f'{LIST}[{{name = "a", sources = ["a.c"]}}]\n',
        [SOURCE, HEADER],
        f'{LIST}[{{name = "a", sources = ["a.c", "x.c"], extra-compile-args = ["-include", "x.h"],'
        ' depends = ["x.h"]}]\n',
    ),
    "inline-on-lines": (
        f'{LIST}[\n  {{ name="a", sources=["a.c"] }},  # a\n  {{ name="b", sources=[] }},\n]\n',
        [LINK],
        f'{LIST}[\n  {{ name="a", sources=["a.c"], extra-link-args=["-s"] }},  # a\n  {{ name="b", sources=[] }},\n]\n',
    ),
    "dotted-keys": (
        'tool.setuptools.ext-modules = [{name = "a", sources = []}]\n',
        [SOURCE],
        'tool.setuptools.ext-modules = [{name = "a", sources = ["x.c"]}]\n',
    ),
    "tables-in-pieces": (
        f'[tool.setuptools]\nzip-safe = false\n[tool.x]\n{HEAD}name = "b"\nsources = []\n[tool.y]\n'
        f'{HEAD}name = "a"\nsources = []\n',
        [SOURCE],
        f'[tool.setuptools]\nzip-safe = false\n[tool.x]\n{HEAD}name = "b"\nsources = []\n[tool.y]\n'
        f'{HEAD}name = "a"\nsources = ["x.c"]\n',
    ),
    "mark-of-ours-in-the-text": (
        f'x = "@here@"\n{HEAD}name = "a"\nsources = ["@here@"]\n',
        [SOURCE],
        f'x = "@here@"\n{HEAD}name = "a"\nsources = ["@here@", "x.c"]\n',
    ),
    "list-of-lists": (
        f'{HEAD}name = "a"\ndefine-macros = [["A", "[1]"], ["B,"]]\nsources = [\'a].c\', "b\\".c"]\n',
        [SOURCE],
        f'{HEAD}name = "a"\ndefine-macros = [["A", "[1]"], ["B,"]]\nsources = [\'a].c\', "b\\".c", "x.c"]\n',
    ),
    "library": (f'{HEAD}name = "a"\nlibraries = ["m", "z", "m"]\n', [NO_M], f'{HEAD}name = "a"\nlibraries = ["z"]\n'),
    "library-on-its-line": (
        f'{HEAD}name = "a"\nlibraries = [\n  "z",\n  "m",  # pow\n]\n',
        [NO_M],
        f'{HEAD}name = "a"\nlibraries = [\n  "z",\n]\n',
    ),
    "only-library": (
        f'{HEAD}name = "a"\nlibraries = ["m"]  # pow\nsources = []\n',
        [NO_M],
        f'{HEAD}name = "a"\nsources = []\n',
    ),
    "only-library-inline": (
        f'{LIST}[{{name="a", libraries=["m"], sources=[]}}]\n',
        [NO_M],
        f'{LIST}[{{name="a", sources=[]}}]\n',
    ),
    "only-library-inline-and-first": (
        f'{LIST}[{{ libraries=["m"], name="a", sources=[] }}]\n',
        [NO_M],
        f'{LIST}[{{ name="a", sources=[] }}]\n',
    ),
    "extension": (
        f'x = 1\n\n# of a\n# again\n{HEAD}name = "a"\nsources = [\n  "a.c",\n]  # end\n\n'
        f'# of b\n{HEAD}name = "b"\nsources = []\n',
        [GONE],
        f'x = 1\n\n# of b\n{HEAD}name = "b"\nsources = []\n',
    ),
    "last-extension": (
        f'[project]\nname = "p"\n\n{HEAD}name = "a"\nsources = []\n\n\n',
        [GONE],
        '[project]\nname = "p"\n',
    ),
    "extension-inline": (
        f'{LIST}[\n  # of a\n  {{name="a", sources=[]}},\n  {{name="b", sources=[]}},\n]\n',
        [GONE],
        f'{LIST}[\n  {{name="b", sources=[]}},\n]\n',
    ),
    "runtime": (
        f'{HEAD}name = "a"\nsources = []\n',
        [RUNTIME],
        f'{HEAD}name = "a"\nsources = []\nextra-link-args = ["-static-libstdc++", {PRIVATE}]\n',
    ),
    "runtime-named-in-libraries": (
        f'{HEAD}name = "a"\nlibraries = ["stdc++", "m"]\n',
        [RUNTIME],
        f'{HEAD}name = "a"\nlibraries = ["m"]\nextra-link-args = ["-l:libstdc++.a", {PRIVATE}]\n',
    ),
    "runtime-named-by-a-flag": (
        f'{HEAD}name = "a"\nextra-link-args = ["-lstdc++", "-lm"]\n',
        [RUNTIME],
        f'{HEAD}name = "a"\nextra-link-args = ["-l:libstdc++.a", "-lm", {PRIVATE}]\n',
    ),
}
CASES = SMALL | fixture_cases("pyproject", ".toml")

each_case = pytest.mark.parametrize(("before", "changes", "after"), CASES.values(), ids=CASES.keys())


@pytest.mark.parametrize(("text", "changes"), UNCHANGED.values(), ids=UNCHANGED.keys())
def test_text_comes_back_unchanged(text: str, changes: Sequence[Change]) -> None:
    assert pyproject.rewrite("pyproject.toml", text, changes) == text


@pytest.mark.parametrize(("text", "change", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_text_is_refused_with_its_line(text: str, change: Change, line: int | None) -> None:
    with pytest.raises(RewriteError) as raised:
        pyproject.rewrite("pyproject.toml", text, [change])
    assert (raised.value.path, raised.value.line) == ("pyproject.toml", line)


@each_case
def test_changes_are_carried_out(before: str, changes: Sequence[Change], after: str) -> None:
    assert pyproject.rewrite("pyproject.toml", before, changes) == after


@each_case
def test_a_second_run_changes_nothing(before: str, changes: Sequence[Change], after: str) -> None:
    assert pyproject.rewrite("pyproject.toml", after, changes) == after


@each_case
def test_result_is_toml(before: str, changes: Sequence[Change], after: str) -> None:
    tomllib.loads(after)


@each_case
def test_only_the_extension_has_changed(before: str, changes: Sequence[Change], after: str) -> None:
    def others(text: str) -> object:
        read = tomllib.loads(text)
        rows = read.get("tool", {}).get("setuptools", {}).pop("ext-modules", [])
        return read.get("project"), [row for row in rows if row.get("name") == "b"]

    assert others(after) == others(before)


def test_declarations_are_read_in_file_order() -> None:
    text = f'[project]\n{HEAD}name = "p.b"\nsources = ["b.c"]\nlibraries = ["m"]\n{HEAD}sources = "x"\nname = "a"\n'
    assert pyproject.declarations("sub/pyproject.toml", text) == (
        Declaration("p.b", "sub/pyproject.toml", 3, ("b.c",), (), ("m",), ()),
        Declaration("a", "sub/pyproject.toml", 7, None, (), (), ()),
    )


@pytest.mark.parametrize(
    ("path", "text", "answer"),
    [
        pytest.param("pyproject.toml", HEAD, True, id="tables"),
        pytest.param("sub/pyproject.toml", LIST, True, id="list-deeper-in-the-project"),
        pytest.param("pyproject.toml", "[project]\n", False, id="no-extensions"),
        pytest.param("other.toml", HEAD, False, id="another-file"),
        pytest.param("my-pyproject.toml", HEAD, False, id="longer-name"),
    ],
)
def test_file_is_recognised_by_name_and_content(path: str, text: str, answer: bool) -> None:
    assert pyproject.recognises(path, text) is answer
