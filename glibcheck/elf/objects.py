"""Relocatable objects (ET_REL): what a compiled source file wants, before any linker gave it versions.

Off the hot path, so pyelftools reads it. gABI chapter 4, "Symbol Table".

Two traps. pyelftools follows the tables of a damaged file wherever they lead, also in circles, so what it reads is
counted. And gcc's -flto leaves objects whose symbols only its own linker plugin can read; the symbol table of such an
object is nearly empty, which must not be taken for an answer.
"""

from __future__ import annotations

import io

from elftools.common.exceptions import ELFError as PyElfToolsError
from elftools.elf.elffile import ELFFile
from elftools.elf.enums import ENUM_E_MACHINE
from elftools.elf.sections import SymbolTableSection

from glibcheck.elf.dynamic import machine_name
from glibcheck.errors import ElfError
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


# pyelftools puts names into its messages, and a name can be as long as its file.
_LONGEST_REASON = 100


class RelocatableObject(Record):
    """The machine of an object, and the symbols that it refers to and does not define.

    A name with a `.symver` directive appears as the directive wrote it, `pow@GLIBC_2.2.5`.
    """

    machine: str
    undefined: frozenset[SymbolName]


def read_object(stream: BinaryIO) -> RelocatableObject:
    """Read a relocatable object; raises ElfError when it is none, is damaged, or holds only code for -flto."""
    stream.seek(0)
    try:
        file = ELFFile(_Counted(stream.read()))
        if file["e_type"] != "ET_REL":
            raise ElfError("not a relocatable object")
        number = ENUM_E_MACHINE.get(file["e_machine"], file["e_machine"])
        machine = machine_name(number, file.elfclass, "<" if file.little_endian else ">")
        return RelocatableObject(machine, frozenset(_undefined(file)))
    except _TooMuchReadError as error:
        raise ElfError("damaged relocatable object: its tables overlap") from error
    # pyelftools believes what the tables say; a damaged one makes it fail in the ways of struct, int and indexing.
    except (PyElfToolsError, ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        raise ElfError(f"damaged relocatable object: {str(error)[:_LONGEST_REASON]}") from error


class _TooMuchReadError(Exception):
    pass


class _Counted(io.BytesIO):
    """Bytes of which no more can be read than many times their number; an honest object is read about twice."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = 100_000 + 8 * len(data)

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self._left -= len(data)
        if self._left < 0:
            raise _TooMuchReadError
        return data


def _undefined(file: ELFFile) -> Iterator[SymbolName]:
    for section in file.iter_sections():
        if isinstance(section, SymbolTableSection):
            for symbol in section.iter_symbols():
                if symbol.name == "__gnu_lto_slim":
                    raise ElfError("compiled with -flto, only the linked file tells what it uses; give that instead")
                if symbol["st_shndx"] == "SHN_UNDEF" and symbol.name:
                    yield SymbolName(symbol.name)
