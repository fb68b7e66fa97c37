"""Relocatable objects (ET_REL): what a compiled source file wants, before any linker gave it versions.

Off the hot path, so pyelftools reads it. gABI chapter 4, "Symbol Table".
"""

from __future__ import annotations

from elftools.common.exceptions import ELFError as PyElfToolsError
from elftools.elf.elffile import ELFFile
from elftools.elf.enums import ENUM_E_MACHINE
from elftools.elf.sections import SymbolTableSection

from glibcheck.elf.dynamic import MAGIC, machine_name
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


class RelocatableObject(Record):
    """The machine of an object, and the symbols that it refers to and does not define.

    A name with a `.symver` directive appears as the directive wrote it, `pow@GLIBC_2.2.5`.
    """

    machine: str
    undefined: frozenset[SymbolName]


def read_object(stream: BinaryIO) -> RelocatableObject:
    """Read a relocatable object; raises ElfError when it is none, or damaged."""
    try:
        file = ELFFile(stream)
        if file["e_type"] != "ET_REL":
            raise ElfError("not a relocatable object")
        number = ENUM_E_MACHINE.get(file["e_machine"], file["e_machine"])
        machine = machine_name(number, file.elfclass, "<" if file.little_endian else ">")
        return RelocatableObject(machine, frozenset(_undefined(file)))
    # pyelftools believes what the tables say; a damaged one makes it fail in the ways of struct, int and indexing.
    except (PyElfToolsError, ValueError, KeyError, IndexError, TypeError, AttributeError, OSError) as error:
        raise ElfError(f"damaged relocatable object: {error}") from error


def is_relocatable(head: bytes) -> bool:
    """Say whether a file that starts with these bytes (at least 18) is a relocatable object."""
    return head[:4] == MAGIC and head[16:18] == (b"\x00\x01" if head[5:6] == b"\x02" else b"\x01\x00")


def _undefined(file: ELFFile) -> Iterator[SymbolName]:
    for section in file.iter_sections():
        if isinstance(section, SymbolTableSection):
            for symbol in section.iter_symbols():
                if symbol["st_shndx"] == "SHN_UNDEF" and symbol.name:
                    yield SymbolName(symbol.name)
