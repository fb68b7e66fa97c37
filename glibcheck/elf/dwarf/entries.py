"""The entries of a unit, walked quickly: what nobody asked for is passed over, by how long its abbreviation says it is.

DWARF 5 7.5.2 "Debugging Information Entry". An entry is a code and the values of its abbreviation, one after another;
nothing says where the next one starts. So each abbreviation is turned into steps once: so many bytes, a LEB128 number,
a text, a block. An abbreviation of fixed forms is a single step, and most are.
"""

from __future__ import annotations

from glibcheck.elf.dwarf.abbreviations import read_abbreviations
from glibcheck.elf.dwarf.forms import BLOCKS, FORM_SDATA, FORM_STRING, NUMBERS, fixed_size, read_value
from glibcheck.elf.dwarf.reader import Cursor
from glibcheck.errors import ElfError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.elf.dwarf.abbreviations import Abbreviation
    from glibcheck.elf.dwarf.forms import Layout, Value
    from glibcheck.elf.dwarf.reader import ByteOrder

    Entry = dict[int, tuple[int, Value]]  # form and value by DW_AT_
    # Bytes to pass over, and then the form of a value that is not fixed, or None at the end.
    Steps = tuple[tuple[int, int | None], ...]

_DEEPEST = 1 << 10


class EntryTable:
    """The abbreviations of a unit, ready for walking."""

    def __init__(self, cursor: Cursor, layout: Layout) -> None:
        """Read the table at the cursor; raises ElfError when it is damaged."""
        self.layout = layout
        self.abbreviations = {found.code: found for found in read_abbreviations(cursor)}
        self.steps = {code: _steps(found, layout) for code, found in self.abbreviations.items()}

    def has(self, tags: frozenset[int]) -> bool:
        """Say whether there may be an entry with one of these tags."""
        return any(found.tag in tags for found in self.abbreviations.values())

    def forms(self, names: frozenset[int]) -> set[int]:
        """Give the forms in which attributes of these names are written."""
        found = [attribute for item in self.abbreviations.values() for attribute in item.attributes]
        return {attribute.form for attribute in found if attribute.name in names}

    def read(self, cursor: Cursor) -> tuple[Abbreviation | None, Entry]:
        """Read the entry at the cursor; None at the end of a list of children; raises ElfError when it is damaged."""
        code = cursor.uleb()
        if code == 0:
            return None, {}
        abbreviation = self.abbreviations.get(code)
        if abbreviation is None:
            raise ElfError(f"it has no abbreviation {code}")
        entry: Entry = {}
        for name, form, constant in abbreviation.attributes:
            value = (form, constant) if constant is not None else read_value(cursor, form, self.layout)
            entry[name] = value
        return abbreviation, entry


def walk(data: bytes, start: int, table: EntryTable, tags: frozenset[int], order: ByteOrder) -> Iterator[Walked]:
    """Give the entries with these tags in file order, each as its place, the place of its parent, and its tag.

    The parent is the innermost one that has one of the tags; None when there is none. Raises ElfError where the entries
    are damaged.
    """
    steps, place, end = table.steps, start, len(data)
    wanted = {code: found.tag for code, found in table.abbreviations.items() if found.tag in tags}
    children = {code for code, found in table.abbreviations.items() if found.has_children}
    parents: list[int | None] = []
    cursor = Cursor(data, 0, order)
    while place < end:
        began, code = place, data[place]
        place += 1
        if code >= 0x80:
            cursor.place = began
            code = cursor.uleb()
            place = cursor.place
        if code == 0:
            if parents:
                parents.pop()
            continue
        if code in wanted:
            yield began, parents[-1] if parents else None, wanted[code]
        if code not in steps:
            raise ElfError(f"it has no abbreviation {code}")
        for size, form in steps[code]:
            place += size
            if form is not None:
                cursor.place = place
                _pass_over(cursor, form, table.layout)
                place = cursor.place
        if code in children:
            if len(parents) == _DEEPEST:
                raise ElfError("its entries are too deep")
            parents.append(began if code in wanted else parents[-1] if parents else None)


if TYPE_CHECKING:
    Walked = tuple[int, int | None, int]


def _steps(abbreviation: Abbreviation, layout: Layout) -> Steps:
    steps: list[tuple[int, int | None]] = []
    fixed = 0
    for _, form, _ in abbreviation.attributes:
        size = fixed_size(form, layout)
        if size is None:
            steps.append((fixed, form))
            fixed = 0
        else:
            fixed += size
    return (*steps, (fixed, None))


def _pass_over(cursor: Cursor, form: int, layout: Layout) -> None:
    if form in NUMBERS or form == FORM_SDATA:
        place, data = cursor.place, cursor.data
        if place < len(data) and data[place] < 0x80:
            cursor.place += 1
        else:
            cursor.uleb()
    elif form in BLOCKS:
        size = cursor.number(BLOCKS[form]) if BLOCKS[form] else cursor.uleb()
        cursor.place += size
    elif form == FORM_STRING:
        cursor.text()
    else:
        read_value(cursor, form, layout)
