"""What is in a built wheel, and which of its libraries its own code may load; `cli/test_fix` builds real projects."""

from __future__ import annotations

import pytest

from glibcheck.model.image import Linkage
from glibcheck.wheel import is_importable, module_name, short_strings
from tests.values import linkage


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("_a.cpython-311-x86_64-linux-gnu.so", "_a"),
        ("_a.abi3.so", "_a"),
        ("_a.so", "_a"),
        ("pkg/_a.abi3.so", "pkg._a"),
        ("pkg/sub/_a.cpython-313t-x86_64-linux-gnu.so", "pkg.sub._a"),
        ("pkg/libhelp.so.1.2", "pkg.libhelp"),
        ("pkg/tool", "pkg.tool"),
    ],
)
def test_a_member_of_a_wheel_has_the_name_of_a_module(path: str, name: str) -> None:
    assert module_name(path) == name


MODULE, LIBRARY = linkage(defines=["PyInit__a"]), linkage(defines=["help"])


@pytest.mark.parametrize(
    ("path", "found", "importable"),
    [
        pytest.param("pkg/_a.cpython-311-x86_64-linux-gnu.so", MODULE, True, id="tagged"),
        pytest.param("pkg/_a.abi3.so", MODULE, True, id="abi3"),
        pytest.param("pkg/_a.so", MODULE, True, id="plain"),
        pytest.param("libfirst.so", linkage(defines=["PyInit_libfirst"]), True, id="module-that-starts-with-lib"),
        pytest.param("größe.abi3.so", linkage(defines=["PyInitU_gre_oca"]), True, id="name-that-is-not-ascii"),
        pytest.param("pkg/libhelp.so", LIBRARY, False, id="library"),
        pytest.param("pkg/libhelp.cpython-311-x86_64-linux-gnu.so", LIBRARY, False, id="library-built-as-a-module"),
        pytest.param("pkg/libhelp.so.1", MODULE, False, id="version-number"),
        pytest.param("pkg/tool", MODULE, False, id="program"),
        pytest.param("pkg/_a.pypy310-pp73.so", MODULE, False, id="of-another-python"),
    ],
)
def test_a_module_has_the_suffix_and_an_init_function(path: str, found: Linkage, importable: bool) -> None:
    assert is_importable(path, found) is importable


SOURCES = {
    "file-name": ('ctypes.CDLL("libhelp.so")', {"libhelp.so"}),
    "pattern": ('glob("libhelp*.so")', {"libhelp*.so"}),
    "part-of-a-path": ('os.path.join(HERE, "libhelp" + SUFFIX)', {"libhelp"}),
    "formatted": ('f"{HERE}/libhelp.so"', {"/libhelp.so"}),
    "bytes-are-no-text": ('x = b"libhelp.so"', set()),
    "docstring": ('"""Works with libhelp inside."""', set()),
    "comment": ("# libhelp.so", set()),
    "name": ("import libhelp", set()),
    "no-python": ('x = "libhelp" (', set()),
    "empty": ('x = ""', set()),
}


@pytest.mark.parametrize(("source", "expected"), SOURCES.values(), ids=SOURCES.keys())
def test_strings_of_one_word_may_name_a_file(source: str, expected: set[str]) -> None:
    assert short_strings(source.encode()) == expected
