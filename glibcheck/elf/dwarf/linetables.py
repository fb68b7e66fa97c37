"""The line tables of a `.debug_line`, each run for the addresses that are wanted of it, and the places that come of it.

A path is joined as addr2line joins it: folder of the compilation, directory of the table, file; whatever is absolute
stands for all before it. Nothing is simplified, for `..` behind a symbolic link means another folder.
"""

from __future__ import annotations

from glibcheck.elf.dwarf.filetable import FileTable
from glibcheck.elf.dwarf.lineheader import read_line_header
from glibcheck.elf.dwarf.lineprogram import Program, run
from glibcheck.elf.dwarf.reader import Cursor
from glibcheck.elf.dwarf.units import AT_COMP_DIR, AT_NAME
from glibcheck.errors import ElfError
from glibcheck.model.record import Record
from glibcheck.model.site import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from glibcheck.elf.dwarf.filetable import Entry
    from glibcheck.elf.dwarf.indirect import Indirect
    from glibcheck.elf.dwarf.lineprogram import Row
    from glibcheck.elf.dwarf.reader import ByteOrder, Part
    from glibcheck.elf.dwarf.units import Unit

_MOST_PROBLEMS = 20
_ADDRESSES_A_BYTE = 16  # that are made ready in the time that a byte of a program takes
_LONGEST_HEADER = 1 << 24  # bytes; the files of a very large unit are a tenth of it


class LinePlace(Record):
    """Where code comes from; `unit` is the file that was compiled, as its DW_AT_name says it, None when unknown."""

    source: Source
    unit: str | None


class Problems:
    """What could not be read, as sentences without an end; the first of them, each once."""

    def __init__(self) -> None:
        """Start without any."""
        self._found: dict[str, None] = {}

    def add(self, problem: str) -> None:
        """Note a problem."""
        if len(self._found) < _MOST_PROBLEMS:
            self._found[problem] = None

    @property
    def all(self) -> tuple[str, ...]:
        """The problems, in the order in which they were met."""
        return (*self._found,)


class LineTables:
    """A `.debug_line`; how much of it is run is bounded, for units may overlap in a hostile one."""

    def __init__(
        self,
        line: Part,
        indirect: Indirect,
        order: ByteOrder,
        address_size: int,
        place: Callable[[int, int], int | None],
    ) -> None:
        """Take the section, where its texts are, and what `Program.place` asks."""
        self._line, self._indirect, self._order = line, indirect, order
        self._address_size, self._place = address_size, place
        self._left = 4 * line.size
        self._files: dict[int, FileTable] = {}
        self.problems = Problems()

    def allow(self) -> None:
        """Start counting anew what is run."""
        self._left = 4 * self._line.size

    def offsets(self) -> Iterator[int]:
        """Give where each table starts, in file order, as far as their lengths are whole."""
        offset = 0
        while offset < self._line.size:
            yield offset
            try:
                cursor = Cursor(self._line.read(offset, offset + 12), 0, self._order)
                size, _ = cursor.initial_length()
            except ElfError:
                return
            offset += cursor.place + size

    def run(self, offset: int, wanted: Sequence[int], unit: Unit | None) -> dict[int, LinePlace | None]:
        """Run the table at an offset for addresses, which are sorted; those that it does not cover are absent.

        None says that the compiler knew of no line, or that the file has no name.
        """
        rows: dict[int, Row] = {}
        try:
            return self._run(offset, wanted, unit, rows)
        except ElfError as error:
            self._note(offset, error.message)
            return {}

    def path(self, offset: int, number: int, unit: Unit) -> str | None:
        """Give a file of the table at an offset by its number; None when there is none, or the table is damaged."""
        try:
            if offset not in self._files:
                data = self._data(offset)
                header = read_line_header(data, self._order, self._address_size)
                self._files[offset] = FileTable(data, header, self._order)
        except ElfError:
            return None
        return self._path(self._files[offset], number, unit)

    def _data(self, offset: int) -> bytes:
        """Read a table, as far as it is there."""
        cursor = Cursor(self._line.read(offset, offset + 12), 0, self._order)
        size, _ = cursor.initial_length()
        return self._line.read(offset, offset + cursor.place + size)

    def _note(self, offset: int, why: str) -> None:
        self.problems.add(f"the line table at {offset:#x} of .debug_line: {why}")

    def _run(
        self, offset: int, wanted: Sequence[int], unit: Unit | None, rows: dict[int, Row]
    ) -> dict[int, LinePlace | None]:
        data = self._data(offset)
        self._left -= len(data) + len(wanted) // _ADDRESSES_A_BYTE
        if self._left < 0:
            raise ElfError("it overlaps with too many others")
        header = read_line_header(data, self._order, self._address_size)
        if len(data) < header.end:
            self._note(offset, "it is cut off")
        if header.program - header.tables > _LONGEST_HEADER:
            raise ElfError("its tables of files are too large")
        files = FileTable(data, header, self._order)
        start = offset + header.program
        try:
            program = Program(header, data[header.program :], start, self._order, self._place, files.define)
            run(program, wanted, rows)
        except ElfError as error:
            self._note(offset, error.message)
        return self._places(rows, files, unit)

    def _places(self, rows: dict[int, Row], files: FileTable, unit: Unit | None) -> dict[int, LinePlace | None]:
        name = self._unit_name(unit, files) if rows else None
        paths = {file: self._path(files, file, unit) for file in {file for file, _ in rows.values()}}
        found: dict[int, LinePlace | None] = {}
        for address, (file, line) in rows.items():
            path = paths[file]
            found[address] = None if path is None or line <= 0 else LinePlace(Source(path, line), name)
        return found

    def _path(self, files: FileTable, number: int, unit: Unit | None) -> str | None:
        try:
            entry = files.file(number)
            directory = None if entry is None else files.directory(entry.directory)
        except ElfError:
            return None
        name = self._text(entry, unit)
        if not name or name.startswith("/"):
            return name or None
        folder = None if unit is None else self._indirect.attribute(unit, AT_COMP_DIR)
        return joined(folder, self._text(directory, unit), name)

    def _unit_name(self, unit: Unit | None, files: FileTable) -> str | None:
        name = None if unit is None else self._indirect.attribute(unit, AT_NAME)
        # The skeleton of a split unit has no name; DWARF 5 says the file in its line table. What gcc calls
        # "<artificial>" was made by -flto from many.
        try:
            name = name or self._text(files.file(0), unit)
        except ElfError:
            return None
        return None if name is None or name.startswith("<") else name

    def _text(self, entry: Entry | None, unit: Unit | None) -> str | None:
        return None if entry is None else self._indirect.text(entry.form, entry.name, unit)


def joined(*parts: str | None) -> str:
    """Join parts of a path; one that is absolute stands for all before it, and one that is missing is left out."""
    path = ""
    for part in parts:
        if part:
            path = part if part.startswith("/") or not path else f"{path.rstrip('/')}/{part}"
    return path
