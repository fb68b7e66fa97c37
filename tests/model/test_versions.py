"""The order of version names: numbers are numbers, and what has none is never compared as one."""

from __future__ import annotations

import random
import time

import pytest

from glibcheck.model.names import VersionName
from glibcheck.model.versions import Release, newest, order, release


def names(*texts: str) -> tuple[VersionName, ...]:
    return tuple(map(VersionName, texts))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GLIBC_2.2.5", Release("GLIBC", (2, 2, 5))),
        ("GLIBC_2.34", Release("GLIBC", (2, 34))),
        ("GLIBCXX_3.4.30", Release("GLIBCXX", (3, 4, 30))),
        ("CXXABI_1.3", Release("CXXABI", (1, 3))),
        ("CXXABI_FLOAT128_1", Release("CXXABI_FLOAT128", (1,))),
        ("GCC_3.0", Release("GCC", (3, 0))),
        ("Qt_5", Release("Qt", (5,))),
        ("Qt_5.15", Release("Qt", (5, 15))),
        ("OPENSSL_1_1_0", Release("OPENSSL", (1, 1, 0))),
        ("OPENSSL_3.0.0", Release("OPENSSL", (3, 0, 0))),
        ("LIBSYSTEMD_209", Release("LIBSYSTEMD", (209,))),
        ("SHADOW_2.02", Release("SHADOW", (2, 2))),
        ("MIXED_1_2.3", Release("MIXED", (1, 2, 3))),
        ("NINE_DIGITS_123456789", Release("NINE_DIGITS", (123456789,))),
    ],
)
def test_a_name_that_ends_in_numbers_is_taken_apart(name: str, expected: Release) -> None:
    assert release(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("2.34", id="no-family"),
        pytest.param("_2.34", id="empty-family"),
        pytest.param("GLIBC", id="no-number"),
        pytest.param("GLIBC_", id="empty-number"),
        pytest.param("GLIBC_2.", id="dot-at-the-end"),
        pytest.param("GLIBC_.2", id="dot-at-the-start"),
        pytest.param("GLIBC_2..3", id="two-dots"),
        pytest.param("GLIBC_-1", id="sign"),
        pytest.param("GLIBC_ 2", id="space"),
        pytest.param("GLIBC_2\n", id="newline"),
        pytest.param("GLIBC_PRIVATE", id="private"),
        pytest.param("GLIBC_ABI_DT_RELR", id="abi-marker"),
        pytest.param("OPENSSL_1_1_1d", id="letter-behind-the-number"),
        pytest.param("CXXABI_TM_1x", id="letter-in-the-number"),
        pytest.param("libfoo.so.1", id="base-version-is-a-soname"),
        pytest.param("GLIBC_2.\u0663\u0664", id="arabic-digits"),
        pytest.param("GLIBC_\u00b2", id="superscript"),
        pytest.param("GLIBC_\uff12", id="fullwidth-digit"),
        pytest.param("GLIBC_1234567890", id="ten-digits"),
        pytest.param("GLIBC_" + "9" * 60_000, id="huge-digit-run"),
    ],
)
def test_a_name_without_plain_numbers_has_no_release(name: str) -> None:
    assert release(name) is None


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("GLIBC_2.9", "GLIBC_2.17"),
        ("GLIBC_2.4", "GLIBC_2.14"),
        ("GLIBC_2.2.5", "GLIBC_2.3"),
        ("GLIBC_2.3", "GLIBC_2.3.2"),
        ("GLIBC_2.34", "GLIBC_3"),
        ("GLIBCXX_3.4.9", "GLIBCXX_3.4.10"),
        ("OPENSSL_1_0_2", "OPENSSL_1_1_0"),
        ("OPENSSL_1_1_0", "OPENSSL_3.0.0"),
        ("Qt_5.9", "Qt_5.15"),
    ],
)
def test_numbers_are_compared_as_numbers(older: str, newer: str) -> None:
    assert order(older) < order(newer)
    assert newest(names(older, newer)) == newest(names(newer, older)) == {order(newer)[0]: release(newer)}


def test_names_sort_by_family_then_number_and_a_name_without_number_is_a_family_of_its_own() -> None:
    expected = [
        "CXXABI_1.3",
        "CXXABI_1.3.9",
        "CXXABI_1.3.11",
        "GCC_3.0",
        "GLIBC_2.4",
        "GLIBC_2.14",
        "GLIBCXX_3.4.9",
        "GLIBCXX_3.4.21",
        "GLIBC_ABI_DT_RELR",
        "GLIBC_PRIVATE",
        "OPENSSL_1_1_1d",
    ]
    shuffled = random.Random(7).sample(expected, len(expected))  # noqa: S311 - any order will do
    assert sorted(shuffled, key=order) == expected


def test_names_that_spell_the_same_number_still_have_an_order() -> None:
    assert sorted(["GLIBC_2.2", "GLIBC_2.02", "GLIBC_2_2"], key=order) == ["GLIBC_2.02", "GLIBC_2.2", "GLIBC_2_2"]


def test_newest_gives_one_release_a_family_sorted_by_family() -> None:
    found = newest(names("GLIBCXX_3.4", "GLIBC_2.9", "GLIBC_PRIVATE", "GLIBC_2.17", "GLIBC_2.4", "CXXABI_1.3"))
    assert list(found.items()) == [
        ("CXXABI", Release("CXXABI", (1, 3))),
        ("GLIBC", Release("GLIBC", (2, 17))),
        ("GLIBCXX", Release("GLIBCXX", (3, 4))),
    ]


@pytest.mark.parametrize("given", [(), ("GLIBC_PRIVATE", "GLIBC_ABI_DT_RELR", "OPENSSL_1_1_1d")])
def test_newest_is_empty_where_no_name_has_a_number(given: tuple[str, ...]) -> None:
    assert newest(names(*given)) == {}


@pytest.mark.parametrize(
    ("name", "number"), [("GLIBC_2.2.5", "2.2.5"), ("OPENSSL_1_1_0", "1.1.0"), ("LIBSYSTEMD_209", "209")]
)
def test_a_number_is_written_with_dots(name: str, number: str) -> None:
    found = release(name)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "name", ["G" + "_1" * 30_000, "G_" + "1." * 30_000 + "1", "G_" + "9" * 60_000], ids=["words", "parts", "digits"]
)
def test_a_name_made_to_be_slow_is_not(name: str) -> None:
    start = time.process_time()
    release(name)
    assert time.process_time() - start < 0.5
