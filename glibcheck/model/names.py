"""Strings that mean something: made where they are read, and never mixed up afterwards."""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import NewType

    Soname = NewType("Soname", str)
    SymbolName = NewType("SymbolName", str)
    VersionName = NewType("VersionName", str)
else:
    Soname = SymbolName = VersionName = str

__all__ = ["Soname", "SymbolName", "VersionName"]
