"""Where a function of glibc lives on a target, when that is not libc.so.6.

On a system before glibc 2.34 `dlsym` is in libdl.so.2. A file built on a newer one finds it in libc.so.6 and does not
name libdl in DT_NEEDED; so whoever binds to an older version must also name the old home again.
"""

from __future__ import annotations

from glibcheck.catalogue.glibc import LIBC, glibc
from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.target import Target


def old_home(symbol: str, target: Target, machine: str = "x86_64") -> Soname | None:
    """Name the library that has the symbol on the target and has given it to libc since; None for every other.

    The names are the same on all machines but for a few of the resolver.
    """
    known = glibc(machine)
    rows = known.rows(SymbolName(symbol)) if known else ()
    there = [row for row in rows if row.there(target.glibc)]
    if any(row.library == LIBC for row in there) or not any(row.library == LIBC for row in rows):
        return None
    return next((row.library for row in there if row.until is not None), None)
