"""Where a function of glibc lived before release 2.34 put nearly everything into libc.so.6.

On an older system `dlsym` is in libdl.so.2. A file built on a newer one finds it in libc.so.6 and does not name
libdl in DT_NEEDED; so whoever binds to an older version must also name the old home again. The table is gathered
from a real glibc 2.31 of x86_64 (`nox -s catalogue`); the names are the same on all machines but for five resolver
functions of i686, `res_query` and its like, which have no underscores there.

The clock_* functions had moved before, from librt.so.1 in release 2.17 (glibc NEWS).
"""

from __future__ import annotations

import json
import pkgutil
from functools import cache

from glibcheck.model.names import Soname
from glibcheck.model.target import Target

_MERGED = (2, 34)
_CLOCKS_MOVED = (2, 17)
_CLOCKS = {"clock_getcpuclockid", "clock_getres", "clock_gettime", "clock_nanosleep", "clock_settime"}


def old_home(symbol: str, target: Target) -> Soname | None:
    """Name the library that has the symbol on the target; None when it is in libc.so.6, or in none of the merged."""
    if symbol in _CLOCKS:
        return Soname("librt.so.1") if target.glibc < _CLOCKS_MOVED else None
    return _homes().get(symbol) if target.glibc < _MERGED else None


@cache
def _homes() -> dict[str, Soname]:
    data = pkgutil.get_data(__package__, "homes.json")
    assert data is not None  # noqa: S101 - it is part of the package
    return {symbol: Soname(library) for library, symbols in json.loads(data)["homes"].items() for symbol in symbols}
