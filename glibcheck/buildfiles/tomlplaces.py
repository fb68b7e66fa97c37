"""Where the values of a TOML text are, found by tomlkit and told as offsets, so that everything else stays as it is.

tomlkit prints a document exactly as it was, but it has its own mind about the layout of what it adds, and tells no
places. So it is asked in another way: put a mark in the place of one value, print, and look where the mark is. The
answer is believed only if the text comes back when the value takes the place of the mark again.
"""

from __future__ import annotations

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, InlineTable, Item, Table

from glibcheck.errors import RewriteError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MARK = '"@here@"'


class Value(Record):
    """One value of a table: its key, the offsets around it, and what it is."""

    key: str
    start: int
    end: int
    item: Item


class Entry(Record):
    """One table of an array of tables: its values in file order, and whether it is `{...}` in a list."""

    values: tuple[Value, ...]
    inline: bool

    def value(self, key: str) -> Value | None:
        """Find the value under a key."""
        return next((value for value in self.values if value.key == key), None)


def entries(path: str, text: str, keys: Sequence[str]) -> tuple[Entry, ...]:
    """Tell the tables of the array of tables under a path of `keys`, in file order; () when there is none.

    Raises: RewriteError when the text is not TOML, or when its places cannot be told.
    """
    found = _at(_parsed(path, text), keys)
    if not isinstance(found, AoT | Array):
        return ()
    return tuple(
        _entry(path, text, (*keys, index)) for index, each in enumerate(found) if isinstance(each, Table | InlineTable)
    )


def span(path: str, text: str, keys: Sequence[str | int]) -> tuple[int, int]:
    """Tell the offsets around the value under a path of keys and indices.

    Raises: RewriteError when they cannot be told.
    """
    document = _parsed(path, text)
    parent = _at(document, keys[:-1])
    old = _item(parent[keys[-1]]).as_string()
    mark = _MARK
    while mark in text:
        mark = mark[:-1] + '@"'
    parent[keys[-1]] = tomlkit.string(mark[1:-1])
    marked = tomlkit.dumps(document)
    start = marked.find(mark)
    if marked[:start] + old + marked[start + len(mark) :] != text:
        raise RewriteError(path, None, f"the place of {'.'.join(map(str, keys))} cannot be told; edit it by hand")
    return start, start + len(old)


def _entry(path: str, text: str, keys: tuple[str | int, ...]) -> Entry:
    table = _at(_parsed(path, text), keys)
    values = [
        Value(key, *span(path, text, (*keys, key)), _item(table[key])) for key in table if not _is_table(table[key])
    ]
    by_place: Callable[[Value], int] = lambda value: value.start  # noqa: E731  # its type cannot be told otherwise
    return Entry(tuple(sorted(values, key=by_place)), isinstance(table, InlineTable))


def _item(value: object) -> Item:
    # Of true and false tomlkit gives Python's.
    return value if isinstance(value, Item) else tomlkit.item(value)


def _is_table(item: object) -> bool:
    return isinstance(item, Table | AoT)


def _parsed(path: str, text: str) -> tomlkit.TOMLDocument:
    try:
        document = tomlkit.parse(text)
        same = tomlkit.dumps(document) == text
    except (TOMLKitError, ValueError, RecursionError) as error:
        line = getattr(error, "line", None)
        raise RewriteError(path, line, "it is not TOML, so it cannot be edited; mend it first") from error
    if not same:
        raise RewriteError(path, None, "the places of its parts cannot be told; edit it by hand")
    return document


# What tomlkit gives has no type that says it: a table, a list, or a proxy for a table in several pieces.
def _at(document: tomlkit.TOMLDocument, keys: Sequence[str | int]):  # type: ignore[no-untyped-def]
    place = document
    for key in keys:
        try:
            place = place[key]  # type: ignore[index]
        except (KeyError, IndexError, TypeError, TOMLKitError):
            return None
    return place
