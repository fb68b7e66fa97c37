"""Rules about symbols that the version table says nothing of, or nothing that is enough."""

from __future__ import annotations

from glibcheck.catalogue.glibc import LIBC
from glibcheck.model.verdict import Finding
from glibcheck.rules.case import Case, Rule
from glibcheck.rules.remedies import for_home, for_unversioned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.model.names import SymbolName


def candidates(case: Case) -> frozenset[SymbolName]:
    """Give the names that a file asks for without a version and that only a newer glibc than the target's has."""
    if case.glibc is None or case.target.libc != "glibc" or case.image.traits.libc == "musl":
        return frozenset()
    return case.glibc.newer(case.target.glibc).intersection(case.image.unversioned) - case.image.weak_symbols


def _unversioned(case: Case) -> Iterator[Finding]:
    for symbol in sorted(candidates(case) - case.defined):
        assert case.glibc is not None  # noqa: S101 - or there are no candidates
        row = min(case.glibc.rows(symbol), key=lambda row: row.since)
        number = row.version.removeprefix("GLIBC_")
        message = f"needs {symbol} without a version; glibc has it from {number} on, {case.target.name} has not"
        yield Finding("GC002", message, for_unversioned(symbol), row.library, row.version, symbol)


def _misplaced(case: Case) -> Iterator[Finding]:
    if case.glibc is None or case.target.libc != "glibc":
        return
    for need in case.image.requirements:
        if need.library != LIBC or need.weak or not case.target.allows(need.version):
            continue
        for symbol in case.glibc.moved(need.symbols) - case.image.weak_symbols:
            if case.glibc.elsewhere(symbol, need.version, case.target.glibc):
                home = case.glibc.home(symbol, need.version, case.target.glibc)
                if home is None or home not in case.image.needed:
                    where = f"has it in {home}, which DT_NEEDED does not name" if home else "has it nowhere"
                    message = f"needs {symbol}@{need.version} of {LIBC}; {case.target.name} {where}"
                    yield Finding("GC003", message, for_home(home), need.library, need.version, symbol)


def _forbidden(case: Case) -> Iterator[Finding]:
    for library, names in case.target.forbidden.items():
        if library not in case.image.needed or library in case.group.brought:
            continue
        # What is too new as well is said by GC001 already.
        allowed = [need for need in case.image.requirements if case.target.allows(need.version)]
        asked = {symbol: need.version for need in allowed for symbol in need.symbols}
        loose = dict.fromkeys(case.image.unversioned)
        wanted = (asked.keys() | loose.keys()) - case.defined - case.image.weak_symbols
        for symbol in sorted(names & wanted):
            message = f"takes {symbol} from {library}, which {case.target.name} does not allow"
            fix = f"avoid {symbol}, or bring {library} along (auditwheel repair)"
            yield Finding("GC011", message, fix, library, asked.get(symbol), symbol)


UNVERSIONED = Rule(
    "GC002",
    "unversioned and too new",
    """\
The file asks for a symbol without saying which version, and no glibc as old as the target has that name. The
version table is silent, so tools that look only there pass the file. It loads and ends with

  undefined symbol: __isoc23_strtol

It comes about when an object that was compiled on a new system (often a prebuilt static archive) is linked
without the C library on the command line, or against an old one with unresolved symbols allowed: Python
extensions may have undefined symbols, so no linker complains. The headers of glibc 2.38 turn strtol into
__isoc23_strtol, for one.

Compile the object again, for the oldest system: for __isoc23_ names -std=gnu17 is enough. Or define the missing
function, so that it calls what the target has.

Weak references do not count; neither do names that another file of the same wheel defines.""",
    _unversioned,
)

MISPLACED = Rule(
    "GC003",
    "in another library there",
    """\
The file takes a symbol from libc.so.6 under a version that the target has, but on the target it lives in
another library, which the file does not name in DT_NEEDED. The version check passes, the look-up fails:

  undefined symbol: dlsym, version GLIBC_2.2.5

In glibc 2.34 nearly all of libpthread, libdl, librt, libutil and libanl moved into libc.so.6. A file linked on
a newer system, with symbols bound to old versions (.symver), finds them in libc.so.6 there, and the linker
leaves the old library out. When something else has loaded that library already, the file works by luck.

Name the library whole, for -ldl is an empty archive today, and keep the linker from dropping it:
-Wl,--push-state,--no-as-needed,-l:libdl.so.2,--pop-state (glibcheck fix does).""",
    _misplaced,
)

FORBIDDEN = Rule(
    "GC011",
    "symbol that the policy forbids",
    """\
The policy of the target allows the library, but not this symbol of it. manylinux policies name a few: inner
functions of zlib that distributions leave out or change, and on aarch64 six symbols of GLIBC_2.18 in
manylinux2014, whose reference system has that version but not those symbols.

Do not use the symbol, or bring the library along (auditwheel repair).""",
    _forbidden,
)
