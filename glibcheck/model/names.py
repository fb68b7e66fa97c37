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

__all__ = ["CONFIG_STATUS", "Soname", "SymbolName", "VersionName"]

CONFIG_STATUS = "config.status"  # where configure writes down what it found; the name of that text among others
