"""Version names and their order: GLIBC_2.9 is older than GLIBC_2.17, and GLIBC_PRIVATE is no number at all.

A version node is only a string to the loader. The order is a convention of each library: a family name, an
underscore, numbers with dots. Sorting the strings themselves puts 2.4 after 2.14, a mistake that floor
checks written by hand have shipped with. Names without numbers (GLIBC_PRIVATE, GLIBC_ABI_DT_RELR,
GLIBCXX_TUNABLES) have no place in the order and never reach it: `release` returns None for them.
"""

from __future__ import annotations

from glibcheck.model.names import VersionName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Release(Record):
    """A version name taken apart: 'GLIBC_2.2.5' is ('GLIBC', (2, 2, 5))."""

    family: str
    numbers: tuple[int, ...]

    @property
    def number(self) -> str:
        """The numbers as people write them, '2.2.5'."""
        return ".".join(map(str, self.numbers))


# A thousand files have the same few hundred version names; taking each apart once halves the cost of sorting them.
# The names of a hostile file must not fill the memory, so long ones and those after many are not kept.
_KNOWN: dict[str, Release | None] = {}
_MOST_KNOWN, _LONGEST_KNOWN = 5_000, 100


def release(name: str) -> Release | None:
    """Take a version name apart; None when it does not end in numbers.

    'Qt_5.15' -> Qt 5.15; 'OPENSSL_1_1_0' -> OPENSSL 1.1.0; 'OPENSSL_1_1_1d' and 'GLIBC_PRIVATE' -> None.
    """
    if name in _KNOWN:
        return _KNOWN[name]
    found = _taken_apart(name)
    if len(name) <= _LONGEST_KNOWN and len(_KNOWN) < _MOST_KNOWN:
        _KNOWN[name] = found
    return found


def _taken_apart(name: str) -> Release | None:
    words = name.split("_")
    first = len(words)
    while first > 1 and _is_number(words[first - 1]):
        first -= 1
    if first == len(words) or not words[0]:
        return None
    numbers = ".".join(words[first:]).split(".")
    return Release("_".join(words[:first]), tuple(map(int, numbers)))


def _is_number(word: str) -> bool:
    """Say whether `word` is ASCII digits with single dots between; at most 9 digits a part, as int() is quadratic."""
    return all(part.isascii() and part.isdigit() and len(part) < 10 for part in word.split("."))


def newest(names: Iterable[VersionName]) -> dict[str, Release]:
    """Give the newest release of each family, sorted by family; names without numbers are passed over."""
    top: dict[str, Release] = {}
    for name in names:
        found = release(name)
        if found is not None and (found.family not in top or found > top[found.family]):
            top[found.family] = found
    return dict(sorted(top.items()))


def order(name: str) -> tuple[str, tuple[int, ...], str]:
    """Sort key for version names: by family, then by number; a name without numbers is a family of its own."""
    found = release(name)
    return (name, (), name) if found is None else (found.family, found.numbers, name)
