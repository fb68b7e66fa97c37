"""Before and after: what a text must become, small ones here, whole build files in fixtures/rewrites/setuptools."""

from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    DropExtension,
    DropLibrary,
    ForceInclude,
    PrivateRuntime,
)
from tests.buildfiles.fixture_cases import Case, fixture_cases

SOURCE = AddSources("a", ("x.c",))
SOURCES = AddSources("a", ("x.c", "y.c"))
FLAGS = AddCompileFlags("a", ("-O1", "-g"))
HEADER = ForceInclude("a", "x.h")
NO_M = DropLibrary("a", "m")
GONE = DropExtension("a")
RUNTIME = PrivateRuntime("a")

ADDED: dict[str, Case] = {
    "list-on-one-line": ('Extension("a", ["a.c"])', [SOURCES], 'Extension("a", ["a.c", "x.c", "y.c"])'),
    "list-on-one-line-with-comma": ('Extension("a", ["a.c",])', [SOURCES], 'Extension("a", ["a.c", "x.c", "y.c",])'),
    "list-with-room-inside": ('Extension("a", [ "a.c" ])', [SOURCE], 'Extension("a", [ "a.c", "x.c" ])'),
    "empty-list": ('Extension("a", [])', [SOURCES], 'Extension("a", ["x.c", "y.c"])'),
    "empty-tuple": ('Extension("a", ())', [SOURCE], 'Extension("a", ("x.c",))'),
    "empty-tuple-takes-two": ('Extension("a", ())', [SOURCES], 'Extension("a", ("x.c", "y.c"))'),
    "tuple-of-one": ('Extension("a", ("a.c",))', [SOURCE], 'Extension("a", ("a.c", "x.c"))'),
    "tuple-in-more-parentheses": ('Extension("a", (("a.c",)))', [SOURCE], 'Extension("a", (("a.c", "x.c")))'),
    "tuple-of-two-with-comma": (
        'Extension("a", ("a.c", "b.c",))',
        [SOURCE],
        'Extension("a", ("a.c", "b.c", "x.c",))',
    ),
    "empty-list-on-two-lines": ('Extension("a", [\n])', [SOURCE], 'Extension("a", [\n    "x.c",\n])'),
    "empty-list-with-a-comment": (
        'Extension("a", [\n  # none\n])',
        [SOURCES],
        'Extension("a", [\n  # none\n  "x.c",\n  "y.c",\n])',
    ),
    "line-an-item-with-comma": (
        'Extension("a", [\n  "a.c",\n])',
        [SOURCES],
        'Extension("a", [\n  "a.c",\n  "x.c",\n  "y.c",\n])',
    ),
    "line-an-item-without-comma": (
        'Extension("a", [\n  "a.c"\n])',
        [SOURCES],
        'Extension("a", [\n  "a.c",\n  "x.c",\n  "y.c"\n])',
    ),
    "comment-behind-the-last-comma": (
        'Extension("a", [\n  "a.c",  # main\n])',
        [SOURCE],
        'Extension("a", [\n  "a.c",  # main\n  "x.c",\n])',
    ),
    "comment-behind-a-last-item-without-comma": (
        'Extension("a", [\n  "a.c"  # [main], "new.c"\n])',
        [SOURCE],
        'Extension("a", [\n  "a.c",  # [main], "new.c"\n  "x.c"\n])',
    ),
    "bracket-closes-behind-the-last-item": (
        'Extension("a", ["a.c",\n               "b.c"])',
        [SOURCE],
        'Extension("a", ["a.c",\n               "b.c",\n               "x.c"])',
    ),
    "two-items-a-line": (
        'Extension("a", [\n  "a.c", "b.c",\n  "c.c", "d.c"])',
        [SOURCE],
        'Extension("a", [\n  "a.c", "b.c",\n  "c.c", "d.c",\n  "x.c"])',
    ),
    "commas-in-front": (
        'Extension("a", [ "a.c"\n               , "b.c"\n               ])',
        [SOURCE],
        'Extension("a", [ "a.c"\n               , "b.c",\n                 "x.c"\n               ])',
    ),
    "item-of-several-lines": (
        'Extension("a", [join(\n  "a.c",\n)])',
        [SOURCE],
        'Extension("a", [join(\n  "a.c",\n), "x.c"])',
    ),
    "backslash-behind-the-last-item": (
        'Extension("a", [\n  "a.c" \\\n])',
        [SOURCE],
        'Extension("a", [\n  "a.c", \\\n  "x.c"\n])',
    ),
    "tabs": ('Extension("a", [\n\t\t"a.c",\n\t])', [SOURCE], 'Extension("a", [\n\t\t"a.c",\n\t\t"x.c",\n\t])'),
    "crlf": (
        'x = 1\r\nExtension("a", [\r\n  "a.c"\r\n])\r\n',
        [SOURCE, FLAGS],
        'x = 1\r\nExtension("a", [\r\n  "a.c",\r\n  "x.c"\r\n], extra_compile_args=["-O1", "-g"])\r\n',
    ),
    "crlf-in-a-file-of-lf": (
        'x = 1\nExtension("a", [\r\n  "a.c",\r\n])\n',
        [SOURCE],
        'x = 1\nExtension("a", [\r\n  "a.c",\r\n  "x.c",\r\n])\n',
    ),
    "other-letters-and-other-widths": (
        'ß = "é\U0001f40d"; Extension("a", ["ü\U0001f40d.c"])  # ñ',
        [SOURCE],
        'ß = "é\U0001f40d"; Extension("a", ["ü\U0001f40d.c", "x.c"])  # ñ',
    ),
    "line-separator-in-a-string": (
        'x = "\u2028"; Extension("a", ["a.c"])',
        [SOURCE],
        'x = "\u2028"; Extension("a", ["a.c", "x.c"])',
    ),
    "byte-order-mark": ('\ufeffExtension("a", ["a.c"])', [SOURCE], '\ufeffExtension("a", ["a.c", "x.c"])'),
    "single-quotes": (
        "Extension('a', ['a.c'])",
        [SOURCE, FLAGS],
        "Extension('a', ['a.c', 'x.c'], extra_compile_args=['-O1', '-g'])",
    ),
    "quotes-of-the-list-before-those-of-the-call": (
        "Extension('a', [\"a.c\", name])",
        [SOURCE],
        'Extension(\'a\', ["a.c", name, "x.c"])',
    ),
    "quotes-of-an-f-string": ("Extension(\"a\", [f'{x}.c'])", [SOURCE], "Extension(\"a\", [f'{x}.c', 'x.c'])"),
    "quotes-of-a-joined-string": ("Extension(\"a\", ['b' '.c'])", [SOURCE], "Extension(\"a\", ['b' '.c', 'x.c'])"),
    "item-with-quotes-and-backslashes": (
        'Extension("a", [], extra_compile_args=["-g"])',
        [AddCompileFlags("a", ('-DX="1"', "-DY='2'", "-DZ=\\3"))],
        'Extension("a", [], extra_compile_args=["-g", \'-DX="1"\', "-DY=\'2\'", "-DZ=\\\\3"])',
    ),
    "item-that-stands-there-twice-in-the-change": (
        'Extension("a", [])',
        [AddSources("a", ("x.c", "x.c"))],
        'Extension("a", ["x.c"])',
    ),
    "item-half-of-which-is-there": ('Extension("a", ["x.c"])', [SOURCES], 'Extension("a", ["x.c", "y.c"])'),
    "flags-that-stand-apart": (
        'Extension("a", [], extra_compile_args=["-g", "-O1"])',
        [FLAGS],
        'Extension("a", [], extra_compile_args=["-g", "-O1", "-O1", "-g"])',
    ),
    "items-that-are-no-strings": ('Extension("a", [A, *B, c()])', [SOURCE], 'Extension("a", [A, *B, c(), "x.c"])'),
    "argument-that-was-missing": (
        'Extension("a", ["a.c"])',
        [AddIncludeDirs("a", ("i",)), AddLinkFlags("a", ("-s",))],
        'Extension("a", ["a.c"], include_dirs=["i"], extra_link_args=["-s"])',
    ),
    "argument-that-was-missing-behind-a-comma": (
        'Extension("a", ["a.c"],)',
        [FLAGS],
        'Extension("a", ["a.c"], extra_compile_args=["-O1", "-g"],)',
    ),
    "argument-that-was-missing-with-room-around-the-sign": (
        'Extension("a", sources = ["a.c"])',
        [FLAGS],
        'Extension("a", sources = ["a.c"], extra_compile_args = ["-O1", "-g"])',
    ),
    "argument-on-a-line-of-its-own": (
        'Extension("a", ["a.c"],\n          language="c++")  # C++',
        [FLAGS],
        'Extension("a", ["a.c"],\n          language="c++",\n          extra_compile_args=["-O1", "-g"])  # C++',
    ),
    "argument-behind-a-comment": (
        'Extension(\n    "a",\n    ["a.c"]  # main\n    # the end\n)',
        [HEADER],
        'Extension(\n    "a",\n    ["a.c"],  # main\n    extra_compile_args=["-include", "x.h"],\n    depends=["x.h"]\n'
        "    # the end\n)",
    ),
    "argument-that-is-none": ('Extension("a", None)', [SOURCE], 'Extension("a", ["x.c"])'),
    "only-a-name": ('Extension(name="a")', [SOURCE], 'Extension(name="a", sources=["x.c"])'),
    "argument-given-before-hidden-ones": (
        'Extension("a", ["a.c"], **options)',
        [SOURCE],
        'Extension("a", ["a.c", "x.c"], **options)',
    ),
    "argument-far-back-by-position": (
        'Extension("a", [], ["i"], [], [], [], ["m"])',
        [AddIncludeDirs("a", ("j",))],
        'Extension("a", [], ["i", "j"], [], [], [], ["m"])',
    ),
    "cffi-sources-are-a-keyword": (
        'f.set_source("a", "code", ".cc")',
        [SOURCE],
        'f.set_source("a", "code", ".cc", sources=["x.c"])',
    ),
    "cffi-name-by-keyword": (
        "f.set_source(source=C, module_name='a', libraries=['m'])",
        [FLAGS, NO_M],
        "f.set_source(source=C, module_name='a', extra_compile_args=['-O1', '-g'])",
    ),
    "sum-that-ends-in-a-list": (
        'Extension("a", glob("*.cc") + ["a.c"])',
        [SOURCE],
        'Extension("a", glob("*.cc") + ["a.c", "x.c"])',
    ),
    "sum-that-starts-with-a-list": (
        'Extension("a", ["a.c"] + more)',
        [SOURCE],
        'Extension("a", ["a.c"] + more + ["x.c"])',
    ),
    "sum-in-parentheses": (
        'Extension("a", (["a.c"]\n  + more))',
        [SOURCE],
        'Extension("a", (["a.c"]\n  + more + ["x.c"]))',
    ),
    "sum-of-tuples": ('T = ("a.c",)\nExtension("a", T + x)', [SOURCE], 'T = ("a.c",)\nExtension("a", [*T + x, "x.c"])'),
    "product-of-a-list": ('Extension("a", ["a.c"] * 2)', [SOURCE], 'Extension("a", ["a.c"] * 2 + ["x.c"])'),
    "pattern": ('Extension("a", glob.glob("s/*.c"))', [SOURCE], 'Extension("a", glob.glob("s/*.c") + ["x.c"])'),
    "pattern-of-a-path": (
        'Extension("a", Path("s").glob("*.c"))',
        [SOURCE],
        'Extension("a", [*Path("s").glob("*.c"), "x.c"])',
    ),
    "sorted": ('Extension("a", sources=sorted(s))', [SOURCE], 'Extension("a", sources=sorted(s) + ["x.c"])'),
    "function-that-gives-a-list": (
        'def find():\n    S = ["b.c"]\n    if x:\n        S += ["c.c"]\n        return S\n    return S\n'
        'Extension("a", find())',
        [SOURCE],
        'def find():\n    S = ["b.c"]\n    if x:\n        S += ["c.c"]\n        return S\n    return S\n'
        'Extension("a", find() + ["x.c"])',
    ),
    "comprehension": (
        'Extension("a", [x + ".c" for x in y])',
        [SOURCE],
        'Extension("a", [x + ".c" for x in y] + ["x.c"])',
    ),
    "condition": (
        'Extension("a", [], extra_compile_args=["-g"] if x else [])',
        [FLAGS],
        'Extension("a", [], extra_compile_args=[*(["-g"] if x else []), "-O1", "-g"])',
    ),
    "condition-in-parentheses": (
        'Extension("a", (["b.c"] if x else ()))',
        [SOURCE],
        'Extension("a", [*(["b.c"] if x else ()), "x.c"])',
    ),
    "name-bound-in-both-branches": (
        'if x:\n    S = ["a.c"]\nelse:\n    S = glob("*.cc") + []\nExtension("a", S)',
        [SOURCE],
        'if x:\n    S = ["a.c"]\nelse:\n    S = glob("*.cc") + []\nExtension("a", [*S, "x.c"])',
    ),
    "name-bound-anew-from-itself": (
        'S = [b]\nS = S + ["a.c"]\nExtension("a", S + y)',
        [SOURCE],
        'S = [b]\nS = S + ["a.c"]\nExtension("a", S + y + ["x.c"])',
    ),
    "name-from-the-environment": (
        'F = []\nif x:\n    F = x.split(",")\nExtension("a", [], extra_compile_args=F)',
        [FLAGS],
        'F = []\nif x:\n    F = x.split(",")\nExtension("a", [], extra_compile_args=[*F, "-O1", "-g"])',
    ),
    "name-and-call-in-one-branch": (
        'if x:\n    S = ["a.c"]\n    Extension("a", S)',
        [SOURCE],
        'if x:\n    S = ["a.c", "x.c"]\n    Extension("a", S)',
    ),
    "names-of-a-function": (
        'def f():\n    S = ["a.c"]\n    F = []\n    if x:\n        F += ["-s"]\n'
        '    return Extension("a", S, extra_compile_args=F)\nS = 1',
        [SOURCE, FLAGS],
        'def f():\n    S = ["a.c", "x.c"]\n    F = []\n    if x:\n        F += ["-s"]\n'
        '    return Extension("a", S, extra_compile_args=[*F, "-O1", "-g"])\nS = 1',
    ),
    "name-of-the-extension-in-two-parts": (
        'P = "p"\nExtension(P + ".b", [], libraries=[])\nN = "a"\nExtension(N, ["a.c"])',
        [SOURCE],
        'P = "p"\nExtension(P + ".b", [], libraries=[])\nN = "a"\nExtension(N, ["a.c", "x.c"])',
    ),
    "pattern-elsewhere": (
        'Extension("a", glob("s/*.c") + [])',
        [SOURCE],
        'Extension("a", glob("s/*.c") + ["x.c"])',
    ),
    "two-branches": (
        'if x:\n    Extension("a", ["a.c"])\nelif y:\n    Extension("a", sources=["b.c"])\nelse:\n    pass',
        [SOURCE],
        'if x:\n    Extension("a", ["a.c", "x.c"])\nelif y:\n    Extension("a", sources=["b.c", "x.c"])\n'
        "else:\n    pass",
    ),
    "import-that-may-fail": (
        'try:\n    E = Extension("a", ["a.pyx"])\nexcept ImportError:\n    E = Extension("a", ["a.c"])',
        [SOURCE],
        'try:\n    E = Extension("a", ["a.pyx", "x.c"])\nexcept ImportError:\n    E = Extension("a", ["a.c", "x.c"])',
    ),
    "dictionary": (
        'o = {"sources": ["a.c"]}\nExtension("a", **o)',
        [SOURCE, FLAGS],
        'o = {"sources": ["a.c", "x.c"]}\nExtension("a", **o, extra_compile_args=["-O1", "-g"])',
    ),
    "dictionary-from-keywords": (
        'o = dict(sources=["a.c"])\no["sources"].append("b.c")\nf.set_source("a", C, **o)',
        [SOURCE],
        'o = dict(sources=["a.c", "x.c"])\no["sources"].append("b.c")\nf.set_source("a", C, **o)',
    ),
    "dictionary-in-place": (
        'Extension("a", **{"sources": ["a.c"]})',
        [SOURCE],
        'Extension("a", **{"sources": ["a.c", "x.c"]})',
    ),
    "dictionary-in-both-branches": (
        'if x:\n    o = {"sources": ["a.c"]}\nelse:\n    o = {"sources": []}\nExtension("a", **o)',
        [SOURCE],
        'if x:\n    o = {"sources": ["a.c", "x.c"]}\nelse:\n    o = {"sources": ["x.c"]}\nExtension("a", **o)',
    ),
    "dictionary-with-a-name": (
        'S = find() + []\no = {"sources": S}\nprint(S)\nExtension("a", **o)',
        [SOURCE],
        'S = find() + []\no = {"sources": [*S, "x.c"]}\nprint(S)\nExtension("a", **o)',
    ),
    "dictionary-that-two-branches-use": (
        'o = {"sources": []}\nif x:\n    f.set_source("b", C, **o)\nelse:\n    Extension("a", **o)',
        [SOURCE],
        'o = {"sources": ["x.c"]}\nif x:\n    f.set_source("b", C, **o)\nelse:\n    Extension("a", **o)',
    ),
    "shared-dictionary-without-the-key": (
        'o = {"depends": []}\nExtension("a", ["a.c"], **o)\nExtension("b", ["b.c"], **o)',
        [FLAGS],
        'o = {"depends": []}\nExtension("a", ["a.c"], **o, extra_compile_args=["-O1", "-g"])\n'
        'Extension("b", ["b.c"], **o)',
    ),
    "all-extensions-of-a-loop": (
        'E = [Extension(n, [n + ".c"]) for n in ("a", "b")]',
        [SOURCE, AddSources("b", ("x.c",))],
        'E = [Extension(n, [n + ".c", "x.c"]) for n in ("a", "b")]',
    ),
    "flags-appended-later": (
        'e = Extension("a", [])\ne.extra_compile_args.append("-g")',
        [FLAGS],
        'e = Extension("a", [], extra_compile_args=["-O1", "-g"])\ne.extra_compile_args.append("-g")',
    ),
    "flags-set-later-from-themselves": (
        'e = Extension("a", [])\ne.extra_compile_args = e.extra_compile_args + x',
        [FLAGS],
        'e = Extension("a", [], extra_compile_args=["-O1", "-g"])\ne.extra_compile_args = e.extra_compile_args + x',
    ),
    "flags-set-where-there-are-none": (
        'e = Extension("a", [])\nif not hasattr(e, "extra_compile_args"):\n    e.extra_compile_args = []',
        [FLAGS],
        'e = Extension("a", [], extra_compile_args=["-O1", "-g"])\n'
        'if not hasattr(e, "extra_compile_args"):\n    e.extra_compile_args = []',
    ),
    "attribute-of-a-command": (
        'class B(build_ext):\n    def run(self):\n        self.include_dirs = []\nExtension("a", [])',
        [AddIncludeDirs("a", ("i",))],
        "class B(build_ext):\n    def run(self):\n        self.include_dirs = []\n"
        'Extension("a", [], include_dirs=["i"])',
    ),
    "subclass": (
        'class E(Extension):\n    pass\nE("a", ["a.c"])',
        [SOURCE],
        'class E(Extension):\n    pass\nE("a", ["a.c", "x.c"])',
    ),
    "pybind11": ('Pybind11Extension("a", ["a.cc"])', [SOURCE], 'Pybind11Extension("a", ["a.cc", "x.c"])'),
    "given-to-cython": (
        'cythonize([Extension("a", ["a.pyx"])])',
        [SOURCE],
        'cythonize([Extension("a", ["a.pyx", "x.c"])])',
    ),
    "name-used-once": ('S = ["a.c"]\nExtension("a", S)', [SOURCE], 'S = ["a.c", "x.c"]\nExtension("a", S)'),
    "name-used-once-with-a-type": (
        'S: list[str] = []\nExtension("a", sources=S)',
        [SOURCE],
        'S: list[str] = ["x.c"]\nExtension("a", sources=S)',
    ),
    "name-whose-like-is-an-attribute-or-a-keyword": (
        'sources = ["a.c"]\nExtension("a", sources=sources, depends=other.sources)',
        [SOURCE],
        'sources = ["a.c", "x.c"]\nExtension("a", sources=sources, depends=other.sources)',
    ),
    "name-used-twice": (
        'S = ["a.c"]\nExtension("a", S)\nExtension("b", S)',
        [SOURCE],
        'S = ["a.c"]\nExtension("a", [*S, "x.c"])\nExtension("b", S)',
    ),
    "name-of-a-tuple-without-brackets": (
        'S = "a.c", "b.c"\nExtension("a", S)',
        [SOURCE],
        'S = "a.c", "b.c"\nExtension("a", [*S, "x.c"])',
    ),
    "name-changed-above": (
        'S = []\nif x:\n    S.append("b.c")\n    S += ["c.c"]\nExtension("a", S)',
        [SOURCE],
        'S = []\nif x:\n    S.append("b.c")\n    S += ["c.c"]\nExtension("a", [*S, "x.c"])',
    ),
    "call-in-a-function-and-lists-in-a-loop": (
        'S = ["a.c"]\ndef make():\n    for x in y:\n        yield Extension("a", S)',
        [SOURCE],
        'S = ["a.c", "x.c"]\ndef make():\n    for x in y:\n        yield Extension("a", S)',
    ),
}

DROPPED: dict[str, Case] = {
    "library-on-the-left-of-a-sum": (
        'Extension("a", [], libraries=["m", "z"] + more)',
        [NO_M],
        'Extension("a", [], libraries=["z"] + more)',
    ),
    "library-in-a-dictionary": (
        'o = {"libraries": ["m", "z"]}\nExtension("a", [], **o)',
        [NO_M],
        'o = {"libraries": ["z"]}\nExtension("a", [], **o)',
    ),
    "library-in-one-of-two-dictionaries": (
        'if x:\n    o = {"libraries": ["m"]}\nelse:\n    o = {}\nExtension("a", [], **o)',
        [NO_M],
        'if x:\n    o = {"libraries": []}\nelse:\n    o = {}\nExtension("a", [], **o)',
    ),
    "library-in-both-branches": (
        'if x:\n    Extension("a", [], libraries=["m"])\nelse:\n    Extension("a", libraries=["m", "z"])',
        [NO_M],
        'if x:\n    Extension("a", [])\nelse:\n    Extension("a", libraries=["z"])',
    ),
    "first-library": ('Extension("a", [], libraries=["m", "z"])', [NO_M], 'Extension("a", [], libraries=["z"])'),
    "last-library": ('Extension("a", [], libraries=["z", "m"])', [NO_M], 'Extension("a", [], libraries=["z"])'),
    "last-library-with-comma": (
        'Extension("a", [], libraries=["z", "m",])',
        [NO_M],
        'Extension("a", [], libraries=["z",])',
    ),
    "library-in-the-middle": (
        'Extension("a", [], libraries=["z", "m", "rt"])',
        [NO_M],
        'Extension("a", [], libraries=["z", "rt"])',
    ),
    "library-listed-often": (
        'Extension("a", [], libraries=["m", "z", "m", "m"])',
        [NO_M],
        'Extension("a", [], libraries=["z"])',
    ),
    "library-of-a-pair": ('Extension("a", [], libraries=("m", "z"))', [NO_M], 'Extension("a", [], libraries=("z",))'),
    "other-library-of-a-pair": (
        'Extension("a", [], libraries=("z", "m"))',
        [NO_M],
        'Extension("a", [], libraries=("z",))',
    ),
    "library-on-its-line-with-its-comment": (
        'Extension("a", [], libraries=[\n  "z",  # zlib\n  "m",  # pow\n])',
        [NO_M],
        'Extension("a", [], libraries=[\n  "z",  # zlib\n])',
    ),
    "library-on-the-last-line-without-comma": (
        'Extension("a", [], libraries=[\n  "z",  # zlib\n  "m"\n])',
        [NO_M],
        'Extension("a", [], libraries=[\n  "z"  # zlib\n])',
    ),
    "library-behind-a-comment-on-the-line-of-the-bracket": (
        'Extension("a", [], libraries=["z",  # zlib\n                   "m"])',
        [NO_M],
        'Extension("a", [], libraries=["z"  # zlib\n                   ])',
    ),
    "only-library": ('Extension("a", ["a.c"], libraries=["m"])', [NO_M], 'Extension("a", ["a.c"])'),
    "only-library-first": ('Extension("a", libraries=["m"], depends=[])', [NO_M], 'Extension("a", depends=[])'),
    "only-library-on-its-line": (
        'Extension(\n  "a",\n  libraries=["m"],  # pow\n  depends=[],\n)',
        [NO_M],
        'Extension(\n  "a",\n  depends=[],\n)',
    ),
    "only-library-on-the-last-line": (
        'Extension("a", ["a.c"],\n          libraries=["m"])',
        [NO_M],
        'Extension("a", ["a.c"])',
    ),
    "only-library-over-several-lines": (
        'Extension(\n  "a",\n  libraries=[\n    "m",\n  ]\n)',
        [NO_M],
        'Extension(\n  "a"\n)',
    ),
    "only-library-by-position": (
        'Extension("a", [], [], [], [], [], ["m"], [])',
        [NO_M],
        'Extension("a", [], [], [], [], [], [], [])',
    ),
    "library-behind-something-computed": (
        'Extension("a", [], libraries=libs() + ["m"])',
        [NO_M],
        'Extension("a", [], libraries=libs() + [])',
    ),
    "library-in-a-name-used-once": (
        'L = ["m", "z"]\nExtension("a", [], libraries=L)',
        [NO_M],
        'L = ["z"]\nExtension("a", [], libraries=L)',
    ),
    "only-extension": ('setup(ext_modules=[Extension("a", [])])', [GONE], "setup(ext_modules=[])"),
    "first-extension": ('E = [Extension("a", []), Extension("b", [])]', [GONE], 'E = [Extension("b", [])]'),
    "last-extension": ('E = [Extension("b", []), Extension("a", [])]', [GONE], 'E = [Extension("b", [])]'),
    "extension-of-a-pair": ('E = (Extension("a", []), Extension("b", []))', [GONE], 'E = (Extension("b", []),)'),
    "extension-in-a-tuple-of-one": ('E = (Extension("a", []),)', [GONE], "E = ()"),
    "extension-in-a-call": ('setup(x=cythonize([Extension("a", [])]))', [GONE], "setup(x=cythonize([]))"),
    "extension-with-its-lines": (
        'E = [\n  Extension(\n    "a",\n    [],\n  ),\n  Extension("b", []),\n]',
        [GONE],
        'E = [\n  Extension("b", []),\n]',
    ),
    "extension-with-its-comments": (
        'E = [\n  # of b\n  Extension("b", []),\n  # of a\n  # too\n  Extension("a", []),  # a\n]',
        [GONE],
        'E = [\n  # of b\n  Extension("b", []),\n]',
    ),
    "comment-apart-stays": (
        'E = [\n  # of both\n\n  Extension("a", []),\n  Extension("b", []),\n]',
        [GONE],
        'E = [\n  # of both\n\n  Extension("b", []),\n]',
    ),
    "comment-indented-otherwise-stays": (
        'E = [\n# of both\n  Extension("a", []),\n  Extension("b", []),\n]',
        [GONE],
        'E = [\n# of both\n  Extension("b", []),\n]',
    ),
    "text-that-looks-like-a-comment-stays": (
        'E = [\n  """\n  # of b""",\n  Extension("a", []),\n]',
        [GONE],
        'E = [\n  """\n  # of b""",\n]',
    ),
    "extension-with-its-comments-in-crlf": (
        'E = [\r\n  # of a\r\n  Extension("a", []),\r\n  Extension("b", []),\r\n]\r\n',
        [GONE],
        'E = [\r\n  Extension("b", []),\r\n]\r\n',
    ),
    "extension-behind-the-bracket": (
        'E = [Extension("a", []),  # a\n     Extension("b", [])]',
        [GONE],
        'E = [  # a\n     Extension("b", [])]',
    ),
    "only-extension-with-its-lines": (
        'setup(\n    ext_modules=[\n        # of a\n        Extension(\n            "a",\n        ),\n    ],\n)',
        [GONE],
        "setup(\n    ext_modules=[],\n)",
    ),
    "only-extension-under-a-comment-apart": (
        'E = [\n  # of all\n\n  Extension("a", []),\n]',
        [GONE],
        "E = [\n  # of all\n\n]",
    ),
    "last-use-of-an-import": (
        'from setuptools import Extension, setup\n\nsetup(ext_modules=[Extension("a", [])])',
        [GONE],
        "from setuptools import setup\n\nsetup(ext_modules=[])",
    ),
    "last-use-of-an-import-behind-another": (
        'from setuptools import setup, Extension  # both\nsetup(ext_modules=[Extension("a", [])])',
        [GONE],
        "from setuptools import setup  # both\nsetup(ext_modules=[])",
    ),
    "last-use-of-an-import-of-many-lines": (
        'from setuptools import (\n    Extension,\n    setup,\n)\nsetup(ext_modules=[Extension("a", [])])',
        [GONE],
        "from setuptools import (\n    setup,\n)\nsetup(ext_modules=[])",
    ),
    "last-use-of-a-whole-import": (
        'import os\nfrom setuptools import Extension  # a\nE = [Extension("a", [])]',
        [GONE],
        "import os\nE = []",
    ),
    "import-of-one-that-others-use": (
        'from setuptools import Extension\nE = [Extension("a", []), Extension("b", [])]',
        [GONE],
        'from setuptools import Extension\nE = [Extension("b", [])]',
    ),
    "import-of-one-that-a-class-derives-from": (
        'from setuptools import Extension\nclass E(Extension):\n    pass\nE = [Extension("a", [])]',
        [GONE],
        "from setuptools import Extension\nclass E(Extension):\n    pass\nE = []",
    ),
    "import-beside-another-statement-stays": (
        'import os; from setuptools import Extension\nE = [Extension("a", [])]',
        [GONE],
        "import os; from setuptools import Extension\nE = []",
    ),
    "import-that-may-fail-stays": (
        'try:\n    from setuptools import Extension\nexcept ImportError:\n    pass\nE = [Extension("a", [])]',
        [GONE],
        "try:\n    from setuptools import Extension\nexcept ImportError:\n    pass\nE = []",
    ),
    "import-of-all-stays": (
        'from setuptools import *\nE = [Extension("a", [])]',
        [GONE],
        "from setuptools import *\nE = []",
    ),
    "import-of-the-module-stays": (
        'import setuptools\nE = [setuptools.Extension("a", [])]',
        [GONE],
        "import setuptools\nE = []",
    ),
    "everything-at-once": (
        'E = [Extension("a", ["a.c"], libraries=["m"]), Extension("b", ["b.c"])]',
        [GONE, AddSources("b", ("a.c",)), SOURCE],
        'E = [Extension("b", ["b.c", "a.c"])]',
    ),
}

PRIVATE = '"-Wl,--exclude-libs,ALL"'

RUNTIMES: dict[str, Case] = {
    "linked-by-a-flag": (
        'Extension("a", [], extra_link_args=["-lstdc++", "-lm"] + more)',
        [RUNTIME],
        f'Extension("a", [], extra_link_args=["-l:libstdc++.a", "-lm"] + more + [{PRIVATE}])',
    ),
    "linked-by-name-in-a-dictionary": (
        'o = dict(libraries=["stdc++"], extra_link_args=["-g"])\nExtension("a", [], **o)',
        [RUNTIME],
        f'o = dict(libraries=[], extra_link_args=["-g", "-l:libstdc++.a", {PRIVATE}])\nExtension("a", [], **o)',
    ),
    "names-nothing-in-any-branch": (
        'L = []\nif x:\n    L.append("m")\nExtension("a", [], libraries=L)',
        [RUNTIME],
        'L = []\nif x:\n    L.append("m")\n'
        f'Extension("a", [], libraries=L, extra_link_args=["-static-libstdc++", {PRIVATE}])',
    ),
    "linked-by-g++": (
        'Extension("a", [])',
        [RUNTIME],
        f'Extension("a", [], extra_link_args=["-static-libstdc++", {PRIVATE}])',
    ),
    "linked-by-name": (
        'Extension("a", [], libraries=["m", "stdc++"])',
        [RUNTIME],
        f'Extension("a", [], libraries=["m"], extra_link_args=["-l:libstdc++.a", {PRIVATE}])',
    ),
    "linked-by-name-alone": (
        'Extension("a", [], libraries=["stdc++"], depends=["x.h"])',
        [RUNTIME],
        f'Extension("a", [], depends=["x.h"], extra_link_args=["-l:libstdc++.a", {PRIVATE}])',
    ),
}

WHOLE_FILES = fixture_cases("setuptools", ".py")
