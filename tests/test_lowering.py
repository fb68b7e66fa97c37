"""What a plain and a lowered build ask for, compared: ways of solving, false alarms that are none, and real losses."""

from __future__ import annotations

import pytest

from glibcheck.lowering import dropped, lost, newest_runtime_fits, solved
from glibcheck.model.image import ElfImage
from glibcheck.model.lowering import Lost, Solved
from glibcheck.model.names import SymbolName
from tests.values import image, required, target

COMPAT = {SymbolName("getrandom"), SymbolName("stat")}


def names(*words: str) -> frozenset[SymbolName]:
    return frozenset(map(SymbolName, words))


def what(before: ElfImage, after: ElfImage, gone: frozenset[SymbolName] = frozenset()) -> list[str]:
    return [row.what for row in lost({"a.so": before}, {"a.so": after}, COMPAT, gone)]


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        (required("libm.so.6", "GLIBC_2.29", "pow"), required("libm.so.6", "GLIBC_2.2.5", "pow"), "older version"),
        (
            required("libc.so.6", "GLIBC_2.34", "dlsym"),
            required("libdl.so.2", "GLIBC_2.2.5", "dlsym"),
            "former library",
        ),
        (required("libc.so.6", "GLIBC_2.25", "getrandom"), None, "compat function"),
        (required("libstdc++.so.6", "GLIBCXX_3.4.30", "_ZSt3one"), None, "static runtime"),
        (required("libc.so.6", "GLIBC_2.38", "strlcpy"), None, "not needed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_way_of_solving_is_named(before: object, after: object, how: str) -> None:
    plain = image(before)  # type: ignore[arg-type]
    lowered = image(*([after] if after is not None else []))  # type: ignore[list-item]
    (row,) = solved({"a.so": plain}, {"a.so": lowered}, target("2.17"), COMPAT)
    assert isinstance(row, Solved)
    assert row.how == how


def test_what_is_asked_for_under_another_version_or_without_one_is_not_lost() -> None:
    before = image(required("libm.so.6", "GLIBC_2.29", "pow"), unversioned=["Py_Initialize", "log2"])
    after = image(required("libm.so.6", "GLIBC_2.2.5", "pow", "log2"), unversioned=["Py_Initialize"])
    assert what(before, after) == []


def test_the_names_of_a_runtime_that_is_linked_in_are_not_lost() -> None:
    before = image(
        required("libstdc++.so.6", "GLIBCXX_3.4.21", "_ZSt3one"),
        required("libgcc_s.so.1", "GCC_3.0", "_Unwind_Resume"),
        needed=["libstdc++.so.6", "libgcc_s.so.1", "libc.so.6"],
    )
    after = image(required("libc.so.6", "GLIBC_2.2.5", "malloc"), needed=["libc.so.6"])
    assert what(before, after) == []


def test_a_function_that_no_compat_function_replaces_is_lost() -> None:
    assert what(image(required("libm.so.6", "GLIBC_2.2.5", "sincos")), image()) == ["sincos: not asked for any more"]


def test_a_library_that_a_probe_did_not_find_is_lost() -> None:
    before = image(required("libgomp.so.1", "GOMP_4.0", "GOMP_parallel"), needed=["libgomp.so.1", "libm.so.6"])
    assert what(before, image()) == [
        "libgomp.so.1 is not linked any more",
        "GOMP_parallel: not asked for any more",
    ]


def test_a_file_that_is_not_built_is_lost() -> None:
    assert list(lost({"a.so": image()}, {}, COMPAT)) == [Lost("a.so", "is not built any more")]


def test_a_compat_function_explains_only_what_the_sources_still_ask_for() -> None:
    before = image(required("libc.so.6", "GLIBC_2.25", "getrandom"))
    assert what(before, image()) == []
    gone = dropped(names("getrandom", "open"), names("open"))
    assert what(before, image(), gone) == ["getrandom: not asked for any more"]


def test_objects_that_do_not_tell_accuse_nobody() -> None:
    assert dropped(None, names("open")) == dropped(names("open"), None) == frozenset()


@pytest.mark.parametrize(("version", "fits"), [("GLIBCXX_3.4.19", True), ("GLIBCXX_3.4.26", False)])
def test_a_shared_runtime_serves_when_the_target_has_what_is_asked(version: str, fits: bool) -> None:
    assert newest_runtime_fits([image(required("libstdc++.so.6", version, "x"))], target("2.17")) is fits
