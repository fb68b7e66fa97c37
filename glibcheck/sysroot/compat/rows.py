"""`Compat`: one row of the registry, and how the families write theirs."""

from __future__ import annotations

from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Compat(Record):
    """A function (or datum) that we bring along where the target's C library has none.

    `differs` says in which way it is not the real one; '' when it is not known to be otherwise. `machines` are those
    on which it is right; None for all that have the symbol.
    """

    symbol: SymbolName
    does: str
    differs: str
    machines: frozenset[str] | None


def each(symbols: str, does: str, differs: str = "", machines: str = "") -> Iterator[Compat]:
    """Write the rows of symbols that are alike; `symbols` and `machines` are words, '' machines means all."""
    where = frozenset(machines.split()) if machines else None
    return (Compat(SymbolName(symbol), does, differs, where) for symbol in symbols.split())


__all__ = ["Compat", "each"]
