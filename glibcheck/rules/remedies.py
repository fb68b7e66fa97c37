"""What would remove a finding, in one line: the advice that fits the symbol and the target, or why there is none."""

from __future__ import annotations

from glibcheck.catalogue.homes import old_home
from glibcheck.catalogue.reversions import why_unsafe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.names import Soname, SymbolName
    from glibcheck.rules.case import Case

_CXX = ("GLIBCXX_", "CXXABI_")


def for_version(case: Case, library: str, version: str, symbol: SymbolName | None) -> str:
    """Say how not to need a version of a library that the target lacks."""
    if version.startswith(_CXX):
        return "link libstdc++ statically and keep its symbols private (glibcheck build and glibcheck fix do both)"
    if version.startswith("GCC_"):
        # Not -static-libgcc: pthread_exit and pthread_cancel through frames of C++ abort then.
        return "link against the libgcc_s that the target has (glibcheck build does)"
    if library.startswith("libmvec."):
        return "cannot be bound to an older version: compile with -fno-tree-vectorize, or without -ffast-math"
    if not version.startswith("GLIBC_"):
        return f"build against an older {library}, or bring it along"
    if symbol is None:
        return "no symbol asks for it: link again, on the oldest system that is to be supported"
    return _for_glibc(case, library, version, symbol)


def for_unversioned(symbol: SymbolName) -> str:
    """Say how not to need a name that only a newer glibc has."""
    if symbol.startswith("__isoc23_"):
        return f"compile the object that asks for it without C23 (-std=gnu17), or define {symbol} to call the older one"
    return f"compile the object that asks for it against an older glibc, or define {symbol} in a compat function"


def for_home(home: Soname | None) -> str:
    """Say how to find a symbol in the library that has it on the target."""
    if home is None:
        return "bind to a version that the target has, or avoid the symbol"
    return f"put {home} into DT_NEEDED: -Wl,--push-state,--no-as-needed,-l:{home},--pop-state"


def _for_glibc(case: Case, library: str, version: str, symbol: SymbolName) -> str:
    older = case.glibc.usable(symbol, library, case.target.glibc) if case.glibc else None
    unsafe = why_unsafe(symbol, version)
    if older is None:
        return f"no older version to bind to: glibcheck build brings a compat function for most, or avoid {symbol}"
    if unsafe is not None:
        return f"must not be bound to {older}: {unsafe}"
    home = old_home(symbol, case.target, case.image.machine)
    return f"bind to {older} (glibcheck fix, or glibcheck symver)" + (f", and link -l:{home}" if home else "")
