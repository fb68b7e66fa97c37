"""What is recognised, and what is read; rewriting has test files of its own."""

import pytest

from glibcheck.buildfiles import setuptools
from glibcheck.errors import RewriteError
from glibcheck.model.plan import Declaration

TWO = """\
from setuptools import Extension, setup

FLAGS = ["-O2"]

setup(ext_modules=[
    Extension(
        "pkg.first", ["first.c"],
        libraries=("m", "z"),
        include_dirs=[*FLAGS, "i"],
        extra_compile_args=FLAGS + ["-g"],
    ),
    Extension(name="second", sources=find(), depends=["x.h"]),
])
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("setup.py", TWO, id="extension"),
        pytest.param("src/pkg/build_ffi.py", "ffi.set_source ('a', C)", id="set-source-deeper-in-the-project"),
        pytest.param("setup.py", "\ufeffExtension('a')", id="byte-order-mark"),
        pytest.param("setup.py", "Extension('\\d')", id="odd-escape"),
    ],
)
def test_file_is_recognised(path: str, text: str) -> None:
    assert setuptools.recognises(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("setup.py", "from setuptools import setup\nsetup()\n", id="no-extension"),
        pytest.param("setup.py", "class Extensions(Base): pass", id="longer-name"),
        pytest.param("setup.cfg", "Extension('a')", id="not-a-python-file"),
        pytest.param("README.rst", TWO, id="python-in-another-file"),
        pytest.param("setup.py", "print 'x'\nExtension('a')", id="python-2"),
        pytest.param("setup.py", "Extension('a'", id="cut-off"),
        pytest.param("setup.py", "Extension('a')\x00", id="null-byte"),
        pytest.param("setup.py", "Extension(" * 100_000, id="nested-beyond-any-stack"),
    ],
)
def test_file_is_not_recognised(path: str, text: str) -> None:
    assert not setuptools.recognises(path, text)


def test_declarations_are_read_in_file_order() -> None:
    assert setuptools.declarations("sub/setup.py", TWO) == (
        Declaration(
            name="pkg.first",
            path="sub/setup.py",
            line=6,
            sources=("first.c",),
            include_dirs=("-O2", "i"),
            libraries=("m", "z"),
            extra_compile_args=("-O2", "-g"),
        ),
        Declaration(
            name="second",
            path="sub/setup.py",
            line=12,
            sources=None,
            include_dirs=(),
            libraries=(),
            extra_compile_args=(),
        ),
    )


def test_cffi_declaration_is_read() -> None:
    text = 'f = FFI()\nf.set_source("_f", """#include <f.h>""", sources=["f.c"], **pkg_config("f"))\n'
    assert setuptools.declarations("f.py", text) == (
        Declaration(
            name="_f",
            path="f.py",
            line=2,
            sources=("f.c",),
            include_dirs=None,
            libraries=None,
            extra_compile_args=None,
        ),
    )


@pytest.mark.parametrize(
    ("text", "libraries"),
    [
        pytest.param('Extension("a", [])', (), id="not-given"),
        pytest.param('Extension("a", [], libraries=None)', (), id="none"),
        pytest.param('Extension("a", [], libraries=[])', (), id="empty"),
        pytest.param('Extension("a", [], [], [], [], [], ["m"])', ("m",), id="by-position"),
        pytest.param('Extension("a", *more, libraries=["m"])', ("m",), id="by-keyword-behind-a-star"),
        pytest.param('Extension("a", *more)', None, id="hidden-behind-a-star"),
        pytest.param('Extension("a", **more)', None, id="hidden-behind-two-stars"),
        pytest.param('Extension("a", libraries=["m", lib])', None, id="one-item-computed"),
        pytest.param('Extension("a", libraries=["m", f"{x}"])', None, id="one-item-formatted"),
        pytest.param('Extension("a", libraries=["m", b"z"])', None, id="one-item-in-bytes"),
        pytest.param('Extension("a", libraries=libs())', None, id="from-a-call"),
        pytest.param('Extension("a", libraries="m")', None, id="in-a-string"),
        pytest.param('Extension("a", libraries=["m"] - x)', None, id="no-sum"),
        pytest.param('L = ["m"]\nExtension("a", libraries=L)', ("m",), id="name"),
        pytest.param('L: list[str] = ["m"]\nExtension("a", libraries=L)', ("m",), id="name-with-a-type"),
        pytest.param('K = ["z"]\nL = K + ["m"]\nExtension("a", libraries=L)', ("z", "m"), id="name-of-a-sum-of-names"),
        pytest.param(
            'L = ["m"]\nfor x in L:\n    print(x)\nExtension("a", libraries=L)', ("m",), id="name-looped-over"
        ),
        pytest.param('L = ["m"]\nif "m" in L:\n    pass\nExtension("a", libraries=L)', ("m",), id="name-asked"),
        pytest.param('from x import *\nL = ["m"]\nExtension("a", libraries=L)', ("m",), id="star-import-above"),
        pytest.param('L = ["m"]\nL += ["z"]\nExtension("a", libraries=L)', ("m", "z"), id="name-added-to"),
        pytest.param('L = ["m"]\nL.append("z")\nExtension("a", libraries=L)', ("m", "z"), id="name-appended-to"),
        pytest.param('L = ["m"]\nL.extend(M)\nExtension("a", libraries=L)', None, id="name-extended-by-anything"),
        pytest.param('L = []\nif x:\n    L += ["z"]\nExtension("a", libraries=L)', None, id="name-perhaps-added-to"),
        pytest.param('L = []\nExtension("a", libraries=L)\nL += ["z"]', None, id="name-added-to-below"),
        pytest.param('L = []\nL.insert(0, "m")\nExtension("a", libraries=L)', None, id="name-inserted-into"),
        pytest.param('M = "m"\nExtension("a", libraries=[M, M + "z", f"{M}y"])', ("m", "mz", "my"), id="constants"),
        pytest.param('Extension("a", libraries=[os.path.join("a", "m")])', ("a/m",), id="path"),
        pytest.param('Extension("a", libraries=[",".join("am")])', None, id="joined-texts"),
        pytest.param('o = {"libraries": ["m"]}\nExtension("a", **o)', ("m",), id="dictionary"),
        pytest.param('o = dict(libraries=["m"])\nExtension("a", **o)', ("m",), id="dictionary-from-keywords"),
        pytest.param('o = {}\no["libraries"] = ["m"]\nExtension("a", **o)', ("m",), id="dictionary-with-a-key-set"),
        pytest.param('o = {"depends": []}\nExtension("a", **o)', (), id="dictionary-without-the-key"),
        pytest.param(
            'o = {"libraries": []}\no["libraries"].append("m")\nExtension("a", **o)',
            None,
            id="dictionary-with-a-change",
        ),
        pytest.param('o = {}\nif x:\n    o["libraries"] = ["m"]\nExtension("a", **o)', None, id="dictionary-perhaps"),
        pytest.param('o = {}\no.update(x)\nExtension("a", **o)', None, id="dictionary-updated"),
        pytest.param('o = {KEY: ["m"]}\nExtension("a", **o)', None, id="dictionary-with-a-computed-key"),
        pytest.param('o = {**x}\nExtension("a", **o)', None, id="dictionary-of-another"),
        pytest.param(
            'def f():\n    L = ["m"]\n    return Extension("a", libraries=L)\nL = 1', ("m",), id="name-of-a-function"
        ),
        pytest.param('L = ["m"]\nL[0] = "z"\nExtension("a", libraries=L)', None, id="name-with-an-item-set"),
        pytest.param('L = ["m"]\nadd_more(L)\nExtension("a", libraries=L)', None, id="name-passed-on"),
        pytest.param('L = ["m"]\nL = ["z"]\nExtension("a", libraries=L)', None, id="name-bound-twice"),
        pytest.param('L = L + ["m"]\nExtension("a", libraries=L)', None, id="name-bound-to-itself"),
        pytest.param('class C:\n    L = ["m"]\n    e = Extension("a", libraries=L)', None, id="name-in-a-class"),
        pytest.param('Extension("a", libraries=L)\nL = ["m"]', None, id="name-bound-below"),
    ],
)
def test_what_cannot_be_told_is_none(text: str, libraries: tuple[str, ...] | None) -> None:
    (declaration,) = setuptools.declarations("setup.py", text)
    assert declaration.libraries == libraries


def test_names_are_declared_that_can_be_told() -> None:
    text = """
PACKAGE = "p"
Extension(NAME, [])
Extension("a" "b", [])
st.Extension(r"c", [])
x.y().set_source('d', code)
Extension("e" if x else "f", [])
f.set_source("g", None)
f.set_source(NAME, code)
f.set_source_pkgconfig("h", ["h"], code)
Extension(PACKAGE + ".i", [])
Extension(f"{PACKAGE}.j", [])
Extension(f"{PACKAGE!r}.k", [])
Extension(name=str("l"), sources=[])
options = {"name": "m"}
Extension(**options)
"""
    names = [declared.name for declared in setuptools.declarations("setup.py", text)]
    assert names == ["ab", "c", "d", "p.i", "p.j", "l", "m"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param('[Extension(n, []) for n in ("a", "b")]', ["a", "b"], id="comprehension"),
        pytest.param('for n in ["a", "b"]:\n    E.append(Extension("p." + n, []))', ["p.a", "p.b"], id="statement"),
        pytest.param('N = ["a"]\n[Extension(f"p.{n}", []) for n in N]', ["p.a"], id="name-of-a-list"),
        pytest.param('[Extension(n, [s]) for n, s in [("a", "x.c"), ("b", "y.c")]]', ["a", "b"], id="pairs"),
        pytest.param('[Extension("a", [s]) for s in S]', ["a"], id="name-of-no-loop"),
        pytest.param("[Extension(n, []) for n in names()]", [], id="computed"),
        pytest.param('[Extension(n, []) for n in ("a", x)]', [], id="partly-computed"),
        pytest.param('[Extension(n, []) for n in ("a", "b") if n]', [], id="filtered"),
        pytest.param('[Extension(n, []) for m in ("a",) for n in ("b",)]', [], id="nested"),
        pytest.param('def f(n):\n    return Extension(n, [])\nf("a")', [], id="parameter"),
    ],
)
def test_loops_over_literals_declare_one_extension_a_run(text: str, names: list[str]) -> None:
    assert [declared.name for declared in setuptools.declarations("setup.py", text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param('Pybind11Extension("a", [])', ["a"], id="pybind11"),
        pytest.param('torch.utils.cpp_extension.CppExtension("a", [])', ["a"], id="torch"),
        pytest.param('class My(Extension):\n    pass\nMy("a", [])', ["a"], id="subclass"),
        pytest.param('class My(st.Extension):\n    x = 1\nclass B(My): pass\nB("a", [])', ["a"], id="twice"),
        pytest.param('class Extension(st.Extension):\n    pass\nExtension("a", [])', ["a"], id="same-name"),
        pytest.param(
            "class My(Extension):\n    def __init__(self, *args, **kwargs):\n"
            '        super().__init__(*args, **kwargs)\nMy("a", [])',
            ["a"],
            id="passes-everything-on",
        ),
        pytest.param(
            'class CMakeExtension(Extension):\n    def __init__(self, name, sourcedir=""):\n'
            '        super().__init__(name, sources=[])\nCMakeExtension("a")',
            [],
            id="arguments-of-its-own",
        ),
        pytest.param(
            'class My(Extension):\n    def __init__(self, *a, **k):\n        self.k = k\nMy("a")',
            [],
            id="passes-nothing-on",
        ),
        pytest.param('class My(My):\n    pass\nMy("a")', [], id="derives-from-itself"),
        pytest.param('class Extension:\n    pass\nExtension("a")', [], id="another-extension"),
        pytest.param('CMakeExtension("a")\nRustExtension("b")', [], id="other-builders"),
    ],
)
def test_classes_count_that_take_the_arguments_of_extension(text: str, names: list[str]) -> None:
    assert [declared.name for declared in setuptools.declarations("setup.py", text)] == names


def test_what_cannot_be_named_is_told_with_its_line() -> None:
    text = 'E = cythonize("*.pyx")\nF = cythonize([Extension(NAME, [])])\nG = cythonize([*E, "x.pyx"])\n'
    assert setuptools.unseen("setup.py", text) == (
        "setup.py:1: cythonize is given file names; give it Extension objects to have them changed",
        "setup.py:2: the name of this extension is computed; write it out to have it changed",
        "setup.py:3: cythonize is given file names; give it Extension objects to have them changed",
    )


def test_a_name_declared_twice_is_told_twice() -> None:
    text = 'if x:\n    e = Extension("a", ["x.c"])\nelse:\n    e = Extension("a", ["y.c"])\n'
    assert [declared.sources for declared in setuptools.declarations("setup.py", text)] == [("x.c",), ("y.c",)]


def test_declarations_of_what_is_not_python_are_refused() -> None:
    with pytest.raises(RewriteError, match=r"setup\.py:2: Python cannot parse it"):
        setuptools.declarations("setup.py", "x = 1\nprint 'x'\n")
