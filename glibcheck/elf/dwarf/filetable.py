"""The directories and files that a line number program names by number.

DWARF 5 6.2.4.1. With version 5 the tables changed their form: there the first directory is that of the compilation and
the first file the one that was compiled, both with number 0. Before, numbers started at 1, and directory 0 was
DW_AT_comp_dir of the unit.

A unit has a hundred files and a look-up wants a few, so a table of DWARF 5 is not read through when all its entries
have the same size, as gcc and clang write them. A LEB128 number may be longer than one byte; that none is can be seen
at once, by looking at that column of bytes.
"""

from __future__ import annotations

from glibcheck.elf.dwarf.forms import FORM_STRING, FORM_UDATA, fixed_size, read_value
from glibcheck.elf.dwarf.reader import Cursor
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.dwarf.forms import Layout, Value
    from glibcheck.elf.dwarf.lineheader import LineHeader
    from glibcheck.elf.dwarf.reader import ByteOrder

_PATH, _DIRECTORY = 1, 2  # DW_LNCT_path, DW_LNCT_directory_index


class Entry(Record):
    """A row of the tables: a name, as its form and value, and for a file the number of its directory."""

    form: int
    name: Value
    directory: int


class FileTable:
    """The directories and files of one header, by the numbers that its program uses."""

    def __init__(self, data: bytes, header: LineHeader, order: ByteOrder) -> None:
        """Read what must be read of the piece that the header was read from; raises ElfError when it is damaged."""
        cursor = Cursor(data[: header.program], header.tables, order)
        self._first = 0 if header.layout.version >= 5 else 1
        if header.layout.version >= 5:
            self._directories = _read_table(cursor, header.layout)
            self._files = _read_table(cursor, header.layout)
        else:
            self._directories = _Rows(Entry(FORM_STRING, name, 0) for name in _names(cursor))
            self._files = _Rows(_old_file(cursor, name) for name in _names(cursor))
        self._defined: list[Entry] = []

    def define(self, operands: bytes, order: ByteOrder) -> None:
        """Add the file of a DW_LNE_define_file; raises ElfError when it is damaged."""
        cursor = Cursor(operands, 0, order)
        self._defined.append(_old_file(cursor, cursor.text()))

    def file(self, number: int) -> Entry | None:
        """Give a file by its number; None when there is none; raises ElfError when its entry is damaged."""
        index = number - self._first
        if 0 <= index - self._files.count < len(self._defined):
            return self._defined[index - self._files.count]
        return self._files.entry(index)

    def directory(self, number: int) -> Entry | None:
        """Give a directory by its number; None when there is none, or before DWARF 5 for 0, that of the unit."""
        return self._directories.entry(number - self._first)


class _Rows:
    """A table whose entries have been read."""

    def __init__(self, rows: Iterator[Entry]) -> None:
        self._rows = tuple(rows)
        self.count = len(self._rows)

    def entry(self, index: int) -> Entry | None:
        return self._rows[index] if 0 <= index < self.count else None


class _EvenRows:
    """A table whose entries all have the same size, which are read when they are asked for."""

    def __init__(self, cursor: Cursor, format_: _Format, layout: Layout, size: int, count: int) -> None:
        self._data, self._order, self._start = cursor.data, cursor.order, cursor.place
        self._format, self._layout, self._size, self.count = format_, layout, size, count
        cursor.take(size * count)

    def entry(self, index: int) -> Entry | None:
        if not 0 <= index < self.count:
            return None
        cursor = Cursor(self._data, self._start + index * self._size, self._order)
        return _read_entry(cursor, self._format, self._layout)


if TYPE_CHECKING:
    _Format = tuple[tuple[int, int], ...]  # DW_LNCT_ and the form


def _read_table(cursor: Cursor, layout: Layout) -> _Rows | _EvenRows:
    """Read a table of DWARF 5; the cursor is left behind it."""
    format_ = tuple((cursor.uleb(), cursor.uleb()) for _ in range(cursor.number(1)))
    count = cursor.uleb()
    sizes = [1 if form == FORM_UDATA else fixed_size(form, layout) for _, form in format_]
    known = [size for size in sizes if size is not None]
    if count and not sum(known) and len(known) == len(sizes):
        raise ElfError("its table of files has entries without a content")
    if len(known) == len(sizes) and _is_even(cursor, format_, known, count):
        return _EvenRows(cursor, format_, layout, sum(known), count)
    return _Rows(_read_entry(cursor, format_, layout) for _ in range(count))


def _is_even(cursor: Cursor, format_: _Format, sizes: list[int], count: int) -> bool:
    """Say whether all LEB128 numbers of a table are single bytes."""
    size = sum(sizes)
    table = cursor.data[cursor.place : cursor.place + size * count]
    columns = [sum(sizes[:number]) for number, (_, form) in enumerate(format_) if form == FORM_UDATA]
    return all(table[column::size].isascii() for column in columns)


def _read_entry(cursor: Cursor, format_: _Format, layout: Layout) -> Entry:
    name: tuple[int, Value] = (FORM_STRING, b"")
    directory = 0
    for content, form in format_:
        value = read_value(cursor, form, layout)
        if content == _PATH:
            name = value
        elif content == _DIRECTORY and isinstance(value[1], int):
            directory = value[1]
    return Entry(*name, directory)


def _names(cursor: Cursor) -> Iterator[bytes]:
    """Read the names of a table of DWARF 2 to 4, to the empty one; what follows a name is read by the caller."""
    while name := cursor.text():
        yield name


def _old_file(cursor: Cursor, name: bytes) -> Entry:
    """Read what follows the name of a file: the number of its directory, its time and its size."""
    directory = cursor.uleb()
    cursor.uleb()
    cursor.uleb()
    return Entry(FORM_STRING, name, directory)
