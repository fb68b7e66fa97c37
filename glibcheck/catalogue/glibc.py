"""What each release of glibc exports, on each machine: which symbol, under which version, from which library.

The data are files of this folder, one a machine, gathered from Debian's packages (`nox -s catalogue`; the sources and
the day are in each file). A version node tells the release that first had its symbols, because glibc names it so;
where a symbol was before it moved into libc.so.6 (nearly all of libpthread, libdl, librt, libutil and libanl in 2.34)
is told by an older package.

How far back it holds: to 2.17 the lists of the releases themselves agree, but for what tests/catalogue/test_glibc.py
names. What a release before 2.31 had and 2.31 has no more is not here.

Traps: the first node of a machine (GLIBC_2.2.5 on x86_64, GLIBC_2.17 on aarch64) says "since ever". GLIBC_PRIVATE and
names without a number are no part of this.
"""

from __future__ import annotations

import json
import os
from functools import cache

from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.versions import release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, Literal

MACHINES = ("x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x", "riscv64", "loongarch64")
LIBC = Soname("libc.so.6")

Numbers = tuple[int, ...]
_Word = tuple[str, str, str, str]  # until when it holds ('', 'moved 2.34', 'gone 2.34'), library, version, word


class Exported(Record):
    """A symbol under one version in one library, from release `since` on, and before `until` (None: to this day).

    `size` is in bytes, 0 for functions. `default` says that a new link gets this version when no newer one is there
    (`name@@VERSION`); without it only old files do.
    """

    library: Soname
    symbol: SymbolName
    version: VersionName
    since: Numbers
    until: Numbers | None
    kind: Literal["function", "object", "thread-local"]
    size: int
    default: bool

    def there(self, glibc: Numbers) -> bool:
        """Say whether the release `glibc` has it in this library."""
        return self.since <= glibc and (self.until is None or glibc < self.until)


class Glibc:
    """The exports of one machine's glibc, by symbol; `release` is the newest that was looked at."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Take a file of the catalogue, parsed."""
        self.machine: str = document["machine"]
        self.made: str = document["made"]
        self.release = _numbers(document["release"])
        self.sources: tuple[str, ...] = tuple(document["sources"])
        self.aliases: tuple[tuple[str, ...], ...] = tuple(map(tuple, document["aliases"]))
        self._words: dict[str, list[_Word]] = {}
        self._of_version: dict[str, list[str]] = {}
        self._moved: set[SymbolName] = set()
        _sort_words(document, self._words, self._of_version, self._moved)
        self._rows: dict[str, tuple[Exported, ...]] = {}  # what was asked for: of thousands, a file wants a few
        self._newer: dict[Numbers, frozenset[SymbolName]] = {}

    @property
    def begin(self) -> Numbers:
        """The release of the machine's first version node: no glibc for it is older, or none that counts."""
        return min(map(_of_node, self._of_version))

    def symbols(self) -> tuple[SymbolName, ...]:
        """Name every symbol that some release has, in no order."""
        return tuple(map(SymbolName, self._words))

    def rows(self, symbol: SymbolName) -> tuple[Exported, ...]:
        """Give all that is known of a symbol; () when no release has it."""
        if symbol not in self._rows:
            self._rows[symbol] = tuple(_rows(self._words.get(symbol, ())))
        return self._rows[symbol]

    def home(self, symbol: SymbolName, version: str, glibc: Numbers) -> Soname | None:
        """Name the library that has the symbol under this version in a release; libc.so.6 when it is one of two."""
        homes = [row.library for row in self.rows(symbol) if row.version == version and row.there(glibc)]
        return LIBC if LIBC in homes else homes[0] if homes else None

    def first(self, symbol: SymbolName) -> Numbers | None:
        """Give the release that first had the symbol under any version; None when none has it."""
        return min((_of_node(row.version) for row in self.rows(symbol)), default=None)

    def newer(self, glibc: Numbers) -> frozenset[SymbolName]:
        """Give the names that links can get, and that no library of the release `glibc` or an older one has."""
        if glibc not in self._newer:
            young, old = set[str](), set[str]()
            for version, symbols in self._of_version.items():
                (young if _of_node(version) > glibc else old).update(symbols)
            self._newer[glibc] = frozenset(
                SymbolName(symbol)
                for symbol in young - old
                if any(_is_default(word) for *_, word in self._words[symbol])
            )
        return self._newer[glibc]

    def moved(self, symbols: Iterable[SymbolName]) -> set[SymbolName]:
        """Pick the symbols that were in another library before they came to libc.so.6, under some version."""
        return self._moved.intersection(symbols)

    def elsewhere(self, symbol: SymbolName, version: str, glibc: Numbers) -> bool:
        """Say whether libc.so.6 has a symbol under an old version today, and had not in a release of that version.

        `home` tells where it was then: None when no library of that release had it.
        """
        return any(
            row.version == version and row.since > glibc >= _of_node(version)
            for row in self.rows(symbol)
            if row.library == LIBC and row.until is None
        )

    def usable(self, symbol: SymbolName, library: str, glibc: Numbers) -> VersionName | None:
        """Give the newest version of a symbol that a release has, of those that `library` has today; None for none."""
        old = [
            row.version
            for row in self.rows(symbol)
            if row.library == library and row.until is None and _of_node(row.version) <= glibc
        ]
        return max(old, key=_of_node, default=None)

    def exports(self, library: str, glibc: Numbers) -> Iterator[Exported]:
        """Give what a library has in a release, in no order."""
        yield from (row for row in self._all() if row.library == library and row.there(glibc))

    def libraries(self, glibc: Numbers) -> frozenset[Soname]:
        """Name the libraries that export anything in a release."""
        return frozenset(row.library for row in self._all() if row.there(glibc))

    def _all(self) -> Iterator[Exported]:
        for symbol in self.symbols():
            yield from self.rows(symbol)


@cache
def glibc(machine: str) -> Glibc | None:
    """Load what is known of a machine's glibc; None when the catalogue has not the machine."""
    if machine not in MACHINES:
        return None
    return Glibc(json.loads(_resource(f"glibc-{machine}.json")))


def _resource(name: str) -> bytes:
    """Read a file of this folder as `pkgutil.get_data` does (PEP 302), which takes longer to load than the file."""
    loader: Any = __spec__.loader
    data: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), name))
    return data


def _sort_words(
    document: Mapping[str, Any], words: dict[str, list[_Word]], of_version: dict[str, list[str]], moved: set[SymbolName]
) -> None:
    """Sort the words of a file by the symbol that each is about; note the symbols of each version, and which moved.

    The tables are {release: {library: {version: 'word word'}}}; that of today has no release.
    """
    for kind, table in (("moved", document["moved"]), ("gone", document["gone"]), ("now", {"": document["now"]})):
        for number, libraries in table.items():
            until = number and f"{kind} {number}"
            for library, versions in libraries.items():
                for version, text in versions.items():
                    symbols = of_version.setdefault(version, [])
                    for word in text.split():
                        symbol = word.lstrip("+-").partition(":")[0].partition("!")[0]
                        words.setdefault(symbol, []).append((until, library, version, word))
                        symbols.append(symbol)
                        if kind == "moved":
                            moved.add(SymbolName(symbol))


def _rows(words: Iterable[_Word]) -> Iterator[Exported]:
    """Read the words about one symbol; those of moves stand in front of those of today."""
    moves: dict[str, tuple[Numbers, bool]] = {}
    for until, library, version, word in words:
        kind, _, number = until.partition(" ")
        row = _row(library, version, word.removeprefix("+"), _numbers(number) if number else None)
        if kind == "moved":
            moves[version] = _numbers(number), word.startswith("+")
        elif not kind and library == LIBC and version in moves:
            release_of_move, stub = moves[version]
            row = row if stub else row._replace(since=release_of_move)
        yield row


def _row(library: str, version: str, word: str, until: Numbers | None = None) -> Exported:
    """Read a word of a file: 'name', '-name' (not for new links), 'name:8' (data of 8 bytes), 'name!4' (a thread's)."""
    default = _is_default(word)
    name, colon, size = word.removeprefix("-").partition(":")
    name, mark, own = name.partition("!")
    kind: Literal["function", "object", "thread-local"] = "object" if colon else "thread-local" if mark else "function"
    since = _of_node(version)
    return Exported(
        Soname(library), SymbolName(name), VersionName(version), since, until, kind, int(size or own or 0), default
    )


def _is_default(word: str) -> bool:
    return not word.removeprefix("+").startswith("-")


@cache
def _of_node(version: str) -> Numbers:
    found = release(version)
    assert found is not None  # noqa: S101 - the gatherer takes numbered versions only
    return found.numbers


def _numbers(text: str) -> Numbers:
    return tuple(map(int, text.split(".")))
