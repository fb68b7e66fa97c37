"""Symbols whose older version means another thing."""

from __future__ import annotations

import pytest

from glibcheck.catalogue.reversions import why_unsafe
from glibcheck.model.names import SymbolName
from tests.catalogue.lists import catalogue

SPEEDS = "since 2.42 speeds are plain numbers, before they were codes"
POINTERS = "since 2.31 it takes pointers, before it took values"
RETURNS = "since 2.43 it returns a floating-point value, before an integer"


@pytest.mark.parametrize(
    ("symbol", "version", "reason"),
    [
        ("totalorder", "GLIBC_2.31", POINTERS),
        ("totalordermagf128", "GLIBC_2.31", POINTERS),
        ("totalorder", "GLIBC_2.25", None),
        ("fromfpx", "GLIBC_2.43", RETURNS),
        ("ufromfpl", "GLIBC_2.43", RETURNS),
        ("fromfp", "GLIBC_2.25", None),
        ("cfsetspeed", "GLIBC_2.42", SPEEDS),
        ("cfsetispeed", "GLIBC_2.42", SPEEDS),
        ("cfgetospeed", "GLIBC_2.2.5", None),
        ("__libc_start_main", "GLIBC_2.34", "the start code of 2.34 and newer leaves running constructors to it"),
        ("__libc_start_main", "GLIBC_2.2.5", None),
        ("pow", "GLIBC_2.29", None),
        ("pthread_create", "GLIBC_2.34", None),
        ("my_totalorder", "GLIBC_2.31", None),
    ],
)
def test_why_unsafe(symbol: str, version: str, reason: str | None) -> None:
    assert why_unsafe(SymbolName(symbol), version) == reason


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("glibc", ["2_17", "2_28"])
def test_every_symbol_that_a_careful_reader_found_unsafe_is_refused(machine: str, glibc: str) -> None:
    unsafe = [row for row in catalogue(machine) if row[f"class_{glibc}"] == "A-UNSAFE"]
    assert unsafe
    assert [
        row["symbol"] for row in unsafe if why_unsafe(SymbolName(row["symbol"]), row["default_version_2_43"]) is None
    ] == []


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("glibc", ["2_17", "2_28"])
def test_no_symbol_that_can_be_bound_to_an_older_version_is_refused(machine: str, glibc: str) -> None:
    safe = [row for row in catalogue(machine) if row[f"class_{glibc}"] == "A"]
    assert len(safe) > 100
    refused = {
        row["symbol"] for row in safe if why_unsafe(SymbolName(row["symbol"]), row["default_version_2_43"]) is not None
    }
    # A program may call the start code's old version if it brings its constructors' caller along; a directive cannot.
    assert refused <= {"__libc_start_main"}
