"""Compat functions: C sources that stand in for what a newer glibc has and an older target lacks.

They are compiled by the user's own compiler into a static archive, which is linked after stubs of the old glibc. One
function is one file is one archive member, so that a project's own `strlcpy` wins without a duplicate definition; and
a member is there only when the target lacks the symbol and the host's headers declare it, so that a configure probe
finds no more than it does on the host. All are hidden: a library never offers them to others.

What the sources keep to, and tests/sysroot/compat holds them to: no header of the C library, no thread-local variable
(glibc before 2.21 corrupts the heap at the sixteenth module that has one), no constructor, and nothing of the C
library but what 2.17 has. A member that needs another function of this folder calls it by its public name.

Trap: a member may use another one only when that is not newer than itself, for else the archive may lack it.

To add one: write `<symbol>.c`, whose first comment says what it does, since when the real one is there and where it
differs; add its row to the module of its family; compare it with the real function in a program of
tests/sysroot/compat/programs.
"""

from __future__ import annotations

import pkgutil
import re

from glibcheck.catalogue.glibc import glibc
from glibcheck.model.names import SymbolName
from glibcheck.sysroot.compat import kernel, library, maths, threads
from glibcheck.sysroot.compat.refused import REFUSED
from glibcheck.sysroot.compat.rows import Compat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COMPAT: tuple[Compat, ...] = tuple(sorted((*kernel.ROWS, *library.ROWS, *maths.ROWS, *threads.ROWS)))

# Files that members include; they have to lie in the same folder.
HEADERS = (
    "_baud.h",
    "_clock.h",
    "_elf.h",
    "_environment.h",
    "_errors.h",
    "_extreme.h",
    "_float128.h",
    "_glibc.h",
    "_isoc23_number.h",
    "_isoc23_scan.h",
    "_llogb.h",
    "_numbers.h",
    "_payload.h",
    "_pkey.h",
    "_real.h",
    "_resolver.h",
    "_roundeven.h",
    "_signals.h",
    "_stat.h",
    "_stdbit.h",
    "_strfrom.h",
    "_syscall.h",
    "_text.h",
    "_threads.h",
    "_uchar.h",
    "_vectors.h",
    "_versions.h",
)

FLAGS = (
    "-std=gnu11",
    "-O2",
    "-fPIC",
    "-fvisibility=hidden",
    "-ffreestanding",  # or a loop that copies may become a call of the function that it is in
    "-fno-lto",  # the archive is read by any linker, and a member must stay a member
    "-fno-stack-protector",  # its symbols are not in every libc; nothing here has a buffer that is filled from outside
    "-U_FORTIFY_SOURCE",
    "-ffunction-sections",  # members that share a header are compiled together and taken apart (see sysroot.split)
    "-fdata-sections",
    "-fasynchronous-unwind-tables",  # exceptions and pthread_cancel go through
)


# Members that stand in for what is no newer function of glibc; who needs one asks for it by name (see `sysroots`):
# the start of programs, and the part of the C++ runtime that would keep thread-local data.
START, EH_GLOBALS = SymbolName("__libc_start_main"), SymbolName("__cxa_get_globals")


def source(symbol: str) -> str:
    """Give the C source of a member; raises KeyError for a symbol that is none."""
    if symbol not in _BY_SYMBOL and symbol not in (START, EH_GLOBALS):
        raise KeyError(symbol)
    return _text(f"{symbol}.c")


def units(symbols: Iterable[SymbolName]) -> dict[tuple[SymbolName, ...], str]:
    """Put members together that one run of a compiler can compile: those that read the same header in the same way.

    Gives the source of each unit by its symbols. A member that defines macros of its own stands alone.
    """
    together: dict[tuple[str, ...], list[SymbolName]] = {}
    for symbol in symbols:
        words = tuple(re.findall(r"^#.*", source(symbol), re.MULTILINE))
        alone = not (words and all(re.fullmatch(r'#define [A-Z]+|#include "_\w+\.h"', word) for word in words))
        together.setdefault((symbol,) if alone or words == _DIVERSE else words, []).append(symbol)
    return {tuple(names): "".join(map(source, names)) for names in together.values()}


def headers() -> Mapping[str, str]:
    """Give the private headers by file name."""
    return {name: _text(name) for name in HEADERS}


def members(machine: str, target: tuple[int, ...], host: frozenset[SymbolName]) -> tuple[Compat, ...]:
    """Give what a glibc of release `target` lacks and `host` has: the names that links get from the host's glibc."""
    known = glibc(machine)
    if known is None:
        return ()
    right = (row for row in COMPAT if row.symbol in host and _right_on(row, machine))
    return tuple(row for row in right if (known.first(row.symbol) or target) > target)


def refusal(symbol: str, machine: str) -> str | None:
    """Say why no stand-in for a symbol is made; None when there is one, or nothing is known of the symbol."""
    row = _BY_SYMBOL.get(SymbolName(symbol))
    if row is not None and not _right_on(row, machine):
        return f"the stand-in is right on {', '.join(sorted(row.machines or ()))} only"
    if row is not None:
        return None
    return next((reason for pattern, reason in REFUSED if re.fullmatch(pattern, symbol)), None)


def runs_on(symbol: SymbolName, machine: str) -> bool:
    """Say whether there is a member for a symbol that is right on the machine."""
    row = _BY_SYMBOL.get(symbol)
    return row is not None and _right_on(row, machine)


# Members that share only the common declarations may each declare what they like.
_DIVERSE = ('#include "_glibc.h"',)
_BY_SYMBOL = {row.symbol: row for row in COMPAT}


def _right_on(row: Compat, machine: str) -> bool:
    return row.machines is None or machine in row.machines


def _text(name: str) -> str:
    data = pkgutil.get_data(__package__, name)
    assert data is not None  # noqa: S101 - it is part of the package
    return data.decode("utf-8")


__all__ = [
    "COMPAT",
    "FLAGS",
    "HEADERS",
    "REFUSED",
    "Compat",
    "headers",
    "members",
    "refusal",
    "runs_on",
    "source",
    "units",
]
