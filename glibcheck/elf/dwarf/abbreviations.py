"""Abbreviations: which attributes, in which forms, the entries of a unit have.

DWARF 5 7.5.3 "Abbreviations Tables". A declaration is a code, a tag, a flag for children, and pairs of attribute and
form that end with (0, 0). A unit has some hundred of them; to read its first entry one is needed, and it is looked for
from the front, where compilers put it or nearly so.
"""

from __future__ import annotations

from glibcheck.elf.dwarf.forms import FORM_IMPLICIT_CONST
from glibcheck.elf.dwarf.reader import Cursor
from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_ATTRIBUTES = 1 << 10  # of one declaration


class Attribute(Record):
    """An attribute that an entry has; `constant` is its value when the form is DW_FORM_implicit_const."""

    name: int
    form: int
    constant: int | None


class Abbreviation(Record):
    """A declaration; `code` is what entries name it by."""

    code: int
    tag: int
    has_children: bool
    attributes: tuple[Attribute, ...]


def find_abbreviation(cursor: Cursor, code: int) -> Abbreviation:
    """Give the declaration of a code in the table at the cursor; raises ElfError when there is none."""
    for found in read_abbreviations(cursor):
        if found.code == code:
            return found
    raise ElfError(f"it has no abbreviation {code}")


def read_abbreviations(cursor: Cursor) -> Iterator[Abbreviation]:
    """Give the declarations of the table at the cursor, in its order; raises ElfError when it is damaged."""
    while code := cursor.uleb():
        tag = cursor.uleb()
        children = cursor.number(1)
        yield Abbreviation(code, tag, bool(children), tuple(_attributes(cursor)))


def _attributes(cursor: Cursor) -> Iterator[Attribute]:
    for _ in range(_MOST_ATTRIBUTES):
        name, form = cursor.uleb(), cursor.uleb()
        constant = cursor.sleb() if form == FORM_IMPLICIT_CONST else None
        if name == form == 0:
            return
        yield Attribute(name, form, constant)
    raise ElfError("an abbreviation has attributes without an end")
