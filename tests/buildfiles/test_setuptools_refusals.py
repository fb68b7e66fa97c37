"""The texts that must come back as they are, and those that must be refused; written before any rewrite."""

from collections.abc import Sequence

import pytest

from glibcheck.buildfiles import setuptools, splice
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
)

SOURCE = AddSources("a", ("new.c",))
FLAGS = AddCompileFlags("a", ("-include", "x.h"))
HEADER = ForceInclude("a", "x.h")
NO_M = DropLibrary("a", "m")
GONE = DropExtension("a")

UNCHANGED: dict[str, tuple[str, Sequence[Change]]] = {
    "no-changes-even-to-what-is-not-python": ("print 'hello'", []),
    "empty-file": ("", [SOURCE]),
    "another-extension": ('Extension("b", ["b.c"], libraries=["m"])\n', [SOURCE, FLAGS, HEADER, NO_M, GONE]),
    "name-that-only-starts-alike": ('Extension("a.b", ["b.c"])\n', [SOURCE]),
    "name-in-a-variable-bound-twice": ('NAME = "a"\nif x:\n    NAME = "b"\nExtension(NAME, ["a.c"])\n', [SOURCE]),
    "name-in-a-variable-bound-below": ('def f():\n    Extension(NAME, ["a.c"])\nNAME = "a"\n', [SOURCE]),
    "name-in-a-variable-changed": ('NAME = "a"\nNAME += x\nExtension(NAME, ["a.c"])\n', [SOURCE]),
    "name-in-a-formatted-f-string": ('N = "a"\nExtension(f"{N:>1}", ["a.c"])\n', [SOURCE]),
    "name-computed": ('Extension("A".lower(), ["a.c"])\n', [SOURCE]),
    "name-from-another-place-of-the-dictionary": ('o = {"name": "a"}\no["name"] += x\nExtension(**o)\n', [SOURCE]),
    "name-of-a-parameter": ('def f(name="a"):\n    Extension(name, [])\n', [SOURCE]),
    "class-with-arguments-of-its-own": (
        "class E(Extension):\n    def __init__(self, name):\n        super().__init__(name, [])\nE('a')\n",
        [SOURCE],
    ),
    "file-names-given-to-cython": ('cythonize("a.pyx")\ncythonize(["a"])\n', [SOURCE, GONE]),
    "source-that-a-pattern-finds-already": ('Extension("a", glob("*.c"))\n', [SOURCE]),
    "source-that-a-pattern-finds-in-a-sum": ('Extension("a", sorted(glob.glob("./*.c")) + x)\n', [SOURCE]),
    "library-that-no-branch-has": (
        'if x:\n    L = ["z"]\nelse:\n    L = []\nL.append("y")\nExtension("a", [], libraries=L)\n',
        [NO_M],
    ),
    "library-that-no-condition-brings": ('Extension("a", [], libraries=["z"] if x else [])\n', [NO_M]),
    "library-that-no-dictionary-has": ('o = {"depends": []}\nExtension("a", [], **o)\n', [NO_M]),
    "library-that-no-attribute-gets": ('e = Extension("a", [])\ne.libraries.append("z")\n', [NO_M]),
    "source-already-there-in-the-dictionary": ('o = {"sources": ["new.c"]}\nExtension("a", **o)\n', [SOURCE]),
    "flags-already-there-in-every-branch": (
        "if x:\n    e = Extension('a', ['new.c'])\nelse:\n    e = Extension('a', ['b.c', 'new.c'])\n",
        [SOURCE],
    ),
    "name-in-bytes": ('Extension(b"a", ["a.c"])\n', [SOURCE]),
    "name-behind-a-star": ('Extension(*names, "a")\n', [SOURCE]),
    "call-without-arguments": ("Extension()\n", [SOURCE]),
    "call-in-a-comment": ('# Extension("a", ["a.c"])\nx = 1\n', [SOURCE]),
    "call-in-a-string": ('x = \'Extension("a", ["a.c"])\'\n', [SOURCE]),
    "call-in-a-docstring": ('"""Extension("a", ["a.c"])"""\n', [GONE]),
    "call-of-what-a-call-returns": ('Extension()("a", ["a.c"])\n', [SOURCE]),
    "another-function": ('MyExtension("a", ["a.c"])\nExtension.make("a")\n', [SOURCE]),
    "set-source-that-is-no-method": ('set_source("a", "code")\n', [SOURCE]),
    "cffi-module-without-c-code": ('ffi.set_source("a", None)\n', [SOURCE]),
    "class-that-derives-from-extension": ("class E(Extension):\n    pass\n", [SOURCE]),
    "source-already-there": ('Extension("a", ["a.c", "new.c"])\n', [SOURCE]),
    "source-already-there-in-another-spelling": ("Extension('a', sources=('''new''' r'.c',))\n", [SOURCE]),
    "include-directory-already-there": (
        'Extension("a", ["a.c"], include_dirs=["i", "."])\n',
        [AddIncludeDirs("a", (".", "i"))],
    ),
    "flags-already-there-in-a-row": (
        'Extension("a", [], extra_compile_args=["-O2", "-include", "x.h", "-g"])\n',
        [FLAGS],
    ),
    "link-flags-already-there": ('Extension("a", [], extra_link_args=["-s"])\n', [AddLinkFlags("a", ("-s",))]),
    "header-already-forced": (
        'Extension("a", [], depends=["x.h"], extra_compile_args=["-include", "x.h"])\n',
        [HEADER],
    ),
    "item-already-there-behind-something-computed": ('Extension("a", find() + ["new.c"])\n', [SOURCE]),
    "item-already-there-through-a-name": ('S = ["new.c"]\nExtension("a", S)\nprint(S)\n', [SOURCE]),
    "item-already-there-in-an-unpacked-name": ('S = ["new.c"]\nExtension("a", [*S, "a.c"])\n', [SOURCE]),
    "nothing-to-add": ('Extension("a", ["a.c"])\n', [AddSources("a", ()), AddCompileFlags("a", ())]),
    "library-not-given": ('Extension("a", ["a.c"])\n', [NO_M]),
    "library-not-in-the-list": ('Extension("a", ["a.c"], libraries=["z"])\n', [NO_M]),
    "library-not-in-a-shared-list": ('L = ["z"]\nExtension("a", [], libraries=L)\nprint(L)\n', [NO_M]),
    "library-only-as-a-flag": ('Extension("a", ["a.c"], extra_link_args=["-lm", "m"])\n', [NO_M]),
    "libraries-are-none": ('Extension("a", ["a.c"], libraries=None)\n', [NO_M]),
    "crlf": ('Extension("b",\r\n\t["b.c"])\r\n', [SOURCE, GONE]),
    "form-feed-far-from-any-call-but-no-changes": ("\x0cx = 1\n", []),
}

REFUSED: dict[str, tuple[str, Change, int | None]] = {
    "not-python": ('x = 1\nprint "x"\nExtension("a")\n', SOURCE, 2),
    "null-byte": ('Extension("a")\n\x00', SOURCE, None),
    "form-feed": ('\x0cExtension("a", ["a.c"])\n', SOURCE, None),
    "lines-that-end-in-cr-alone": ('Extension("a",\r["a.c"])\r', SOURCE, None),
    "nested-beyond-any-stack": ("x = " + "[" * 100_000, SOURCE, 1),
    "sum-too-deep-to-be-walked": ("x = " + " + ".join(["x"] * 600), SOURCE, None),
    "sum-beyond-any-stack": ("x = " + " + ".join(["x"] * 3000), SOURCE, None),
    "two-declarations": ('if x:\n    Extension("a", [])\nExtension("a", [])\n', SOURCE, 3),
    "two-declarations-in-a-try-and-behind": (
        'try:\n    Extension("a", [])\nfinally:\n    Extension("a", [])\n',
        SOURCE,
        4,
    ),
    "two-declarations-in-two-spellings": ('f.set_source("a", "")\nst.Extension(name="a")\n', GONE, 2),
    "sources-from-a-call": ('Extension("a",\n    sources=find("*.c"))\n', SOURCE, 2),
    "sources-from-a-function-that-may-end": (
        'def f():\n    if x:\n        return []\nExtension("a", f())\n',
        SOURCE,
        4,
    ),
    "sources-from-a-function-that-gives-two-things": (
        'def f():\n    if x:\n        return None\n    return []\nExtension("a", f())\n',
        SOURCE,
        5,
    ),
    "sources-from-a-function-that-yields": ('def f():\n    yield 1\n    return []\nExtension("a", f())\n', SOURCE, 4),
    "sources-from-a-decorated-function": ('@cache\ndef f():\n    return []\nExtension("a", f())\n', SOURCE, 4),
    "sources-from-a-function-of-itself": ('def f():\n    return f()\nExtension("a", f())\n', SOURCE, 3),
    "sources-from-a-function-defined-twice": (
        'def f():\n    return []\nif x:\n    def f():\n        return None\nExtension("a", f())\n',
        SOURCE,
        6,
    ),
    "sources-from-a-generator": ('Extension("a", (x for x in y))\n', SOURCE, 1),
    "sources-from-a-condition-with-none": ('Extension("a", ["a.c"] if x else None)\n', SOURCE, 1),
    "sources-from-an-alternative": ('Extension("a", x or [])\n', SOURCE, 1),
    "sources-from-a-slice": ('Extension("a", x[1:])\n', SOURCE, 1),
    "flags-in-a-mapping": ('Extension("a", [], extra_compile_args={"unix": ["-g"]})\n', FLAGS, 1),
    "flags-set-anew-later": ('e = Extension("a", [])\ne.extra_compile_args = ["-g"]\n', FLAGS, 2),
    "flags-set-anew-by-a-command": (
        "class B(build_ext):\n    def run(self):\n        for e in self.extensions:\n"
        '            e.extra_compile_args = []\nExtension("a", [])\n',
        HEADER,
        4,
    ),
    "library-appended-later": ('e = Extension("a", [])\ne.libraries.append("m")\n', NO_M, 2),
    "library-appended-later-perhaps": ('e = Extension("a", [])\ne.libraries += more\n', NO_M, 2),
    "library-set-later": ('e = Extension("a", [])\ne.libraries = find()\n', NO_M, 2),
    "library-appended-in-the-dictionary": (
        'o = {"libraries": []}\no["libraries"].append("m")\nExtension("a", [], **o)\n',
        NO_M,
        2,
    ),
    "sources-in-a-shared-dictionary": (
        'o = {"sources": ["a.c"]}\nExtension("a", **o)\nExtension("b",\n    **o)\n',
        SOURCE,
        2,
    ),
    "sources-in-half-of-the-dictionaries": (
        'if x:\n    o = {"sources": []}\nelse:\n    o = {}\nExtension("a", **o)\n',
        SOURCE,
        5,
    ),
    "sources-in-a-dictionary-that-grows-and-is-a-name": (
        'S = ["a.c"]\no = {"sources": S}\no["sources"] += x\nprint(S)\nExtension("a", **o)\n',
        SOURCE,
        5,
    ),
    "dictionary-that-is-updated": ('o = {"sources": []}\no.update(x)\nExtension("a", **o)\n', SOURCE, 3),
    "one-extension-of-a-loop": ('E = [\n  Extension(n, []) for n in ("a", "b")]\n', SOURCE, 2),
    "one-extension-of-a-loop-dropped": ('for n in "a", "b":\n    E.append(Extension(n, []))\n', GONE, 2),
    "name-added-to-in-the-same-loop": (
        'S = []\nfor x in y:\n    S.append(x)\n    Extension("a", S)\n',
        SOURCE,
        4,
    ),
    "sources-from-a-dictionary": ('Extension("a", c["sources"])\n', SOURCE, 1),
    "sources-in-a-string": ('Extension("a", "a.c")\n', SOURCE, 1),
    "sources-in-a-set": ('Extension("a", {"a.c"})\n', SOURCE, 1),
    "sum-of-what-nobody-knows": ('Extension("a", some + more)\n', SOURCE, 1),
    "product-of-a-name": ('Extension("a", some * 2)\n', SOURCE, 1),
    "argument-hidden-in-keywords": ('Extension("a",\n  ["a.c"],\n  **options)\n', FLAGS, 3),
    "argument-hidden-in-positions": ('Extension("a", *rest)\n', SOURCE, 1),
    "second-argument-hidden": ('Extension("a", [], extra_compile_args=[], **more)\n', HEADER, 1),
    "library-hidden-in-keywords": ('Extension("a", [], **options)\n', NO_M, 1),
    "library-from-a-call": ('Extension("a", [], libraries=libs())\n', NO_M, 1),
    "library-in-a-shared-list": ('L = ["m"]\nExtension("a", [], libraries=L)\nprint(L)\n', NO_M, 2),
    "library-in-an-unpacked-name": ('L = ["m"]\nExtension("a", [], libraries=[*L, "m"])\n', NO_M, 2),
    "library-on-the-left-of-a-shared-sum": ('L = ["m"]\nprint(L)\nExtension("a", [], libraries=L + [])\n', NO_M, 3),
    "name-bound-nowhere": ('from x import S\nExtension("a", S)\n', SOURCE, 2),
    "name-bound-below": ('def make():\n    return Extension("a", S)\nS = ["a.c"]\n', SOURCE, 2),
    "name-bound-twice": ('S = ["a.c"]\nif x:\n    S = find()\nExtension("a", S)\n', SOURCE, 4),
    "name-bound-to-none-under-a-condition": ('S = None\nif x:\n    S = ["a.c"]\nExtension("a", S)\n', SOURCE, 4),
    "name-bound-in-a-chain": ('S = T = ["a.c"]\nExtension("a", S)\n', SOURCE, 2),
    "name-bound-in-a-pair": ('S, T = ["a.c"], ["b.c"]\nExtension("a", S)\n', SOURCE, 2),
    "name-bound-to-a-call": ('S = find("*.c")\nExtension("a", S)\n', SOURCE, 2),
    "name-bound-to-what-is-used-up": ('S = map(str, x)\nExtension("a", S)\n', SOURCE, 2),
    "name-of-a-parameter-too": ('S = ["a.c"]\ndef f(S):\n    return Extension("a", S)\n', SOURCE, 3),
    "name-of-a-loop-too": ('S = ["a.c"]\nfor S in y:\n    Extension("a", S)\n', SOURCE, 3),
    "name-of-a-global-statement": ('S = ["a.c"]\ndef f():\n    global S\nExtension("a", S)\n', SOURCE, 4),
    "name-of-an-import-too": ('S = ["a.c"]\nfrom x import S\nExtension("a", S)\n', SOURCE, 3),
    "name-a-star-import-may-bind": ('S = ["a.c"]\nfrom x import *\nExtension("a", S)\n', SOURCE, 3),
    "name-with-a-second-name": ('S = ["a.c"]\nT = S\nExtension("a", S)\n', SOURCE, 3),
    "name-deleted": ('S = ["a.c"]\ndel S\nExtension("a", S)\n', SOURCE, 3),
    "name-bound-to-itself": ('S = S + x\nExtension("a", S + x)\n', SOURCE, 2),
    "name-changed-below": ('S = ["a.c"]\nExtension("a", S)\nS.append("b.c")\n', SOURCE, 2),
    "name-changed-in-a-function": ('S = ["a.c"]\ndef f():\n    S.append(1)\nExtension("a", S)\n', SOURCE, 4),
    "sum-that-ends-in-a-name": ('S = find()\nExtension("a", x + S)\n', SOURCE, 2),
    "extension-with-a-name-of-its-own": ('x = 1\next = Extension("a", ["a.c"])\n', GONE, 2),
    "extension-as-an-argument": ('setup(cythonize(Extension("a", ["a.c"])))\n', GONE, 1),
    "extension-under-a-condition": ('E = [Extension("a", []) if x else None]\n', GONE, 1),
    "extension-in-a-bare-tuple": ('E = Extension("a", []), Extension("b", [])\n', GONE, 1),
    "extension-appended": ('E.append(Extension("a", []))\n', GONE, 1),
    "cffi-call-cannot-be-dropped": ('f = FFI()\nf.set_source("a", "")\n', GONE, 2),
}


@pytest.mark.parametrize(("text", "changes"), UNCHANGED.values(), ids=UNCHANGED.keys())
def test_text_comes_back_unchanged(text: str, changes: Sequence[Change]) -> None:
    assert setuptools.rewrite("setup.py", text, changes) == text


@pytest.mark.parametrize(("text", "change", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_text_is_refused_with_its_line(text: str, change: Change, line: int | None) -> None:
    with pytest.raises(RewriteError) as raised:
        setuptools.rewrite("setup.py", text, [change])
    assert (raised.value.path, raised.value.line) == ("setup.py", line)


def test_refusal_says_what_and_what_to_do() -> None:
    with pytest.raises(RewriteError) as raised:
        setuptools.rewrite("setup.py", 'Extension("a", find("*.c"))\n', [SOURCE])
    expected = "setup.py:1: `sources` of a is computed, or shared with something else; add 'new.c' by hand"
    assert str(raised.value) == expected


def test_line_is_counted_in_the_text_as_it_came() -> None:
    text = 'Extension(\n    "a",\n    ["a.c"],\n    libraries=libs()\n)\n'
    with pytest.raises(RewriteError) as raised:
        setuptools.rewrite("setup.py", text, [SOURCE, FLAGS, NO_M])
    assert raised.value.line == 4


def test_other_files_of_the_project_need_not_be_understood_once_they_declare_nothing() -> None:
    text = 'X = Extension("b", **everything)\n'
    assert setuptools.rewrite("other.py", text, [SOURCE, HEADER, NO_M, GONE]) == text


def test_edit_that_does_not_take_is_not_repeated_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splice, "apply", lambda text, splices: text)
    with pytest.raises(RewriteError, match="have no effect"):
        setuptools.rewrite("setup.py", 'Extension("a")\n', [SOURCE])
