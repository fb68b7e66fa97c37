"""Symbols whose older version is another function: binding new code to it would compile, link and be wrong.

A new version of an old symbol usually fixes a corner (`pow` lost its SVID error handling in 2.29) and the older one
serves as well. These do not; the release notes (NEWS) of the named glibc release say why.
"""

from __future__ import annotations

from glibcheck.model.names import SymbolName

# Prefix of the symbol, the version of its new meaning, what differs.
_UNSAFE = (
    ("__libc_start_main", "GLIBC_2.34", "the start code of 2.34 and newer leaves running constructors to it"),
    ("totalorder", "GLIBC_2.31", "since 2.31 it takes pointers, before it took values"),
    ("fromfp", "GLIBC_2.43", "since 2.43 it returns a floating-point value, before an integer"),
    ("ufromfp", "GLIBC_2.43", "since 2.43 it returns a floating-point value, before an integer"),
    ("cfgetispeed", "GLIBC_2.42", "since 2.42 speeds are plain numbers, before they were codes"),
    ("cfgetospeed", "GLIBC_2.42", "since 2.42 speeds are plain numbers, before they were codes"),
    ("cfsetispeed", "GLIBC_2.42", "since 2.42 speeds are plain numbers, before they were codes"),
    ("cfsetospeed", "GLIBC_2.42", "since 2.42 speeds are plain numbers, before they were codes"),
    ("cfsetspeed", "GLIBC_2.42", "since 2.42 speeds are plain numbers, before they were codes"),
)


def why_unsafe(symbol: SymbolName, version: str) -> str | None:
    """Say why code that was compiled for `version` of the symbol must not get an older one; None when it may."""
    for prefix, changed, reason in _UNSAFE:
        if symbol.startswith(prefix) and version == changed:
            return reason
    return None
