"""One object of many functions becomes one object a function: what an archive wants, made from one run of a compiler.

A compiler takes longer to start than to compile ten lines, so members that share a header are compiled together, with
-ffunction-sections and -fdata-sections, and taken apart here. The object of a symbol has the section that defines it
and all that is reached from there by relocations to local symbols (strings, tables, functions that the compiler split
off); a public symbol of the same source is left undefined, for the linker to find in its own member. Of .eh_frame,
which has the records of all functions in one section, the records of what is kept are kept. gABI chapter 4, LSB
"Exception Frames".

Two traps. A helper in a COMDAT group (`__x86.get_pc_thunk.bx`) is public by its binding and still must come along, so
it becomes local, and the group goes. And on ARM each .text.f has its .ARM.exidx.text.f, which no relocation leads to:
what belongs to a section by sh_link (SHF_LINK_ORDER) follows it.
"""

from __future__ import annotations

import struct

from glibcheck.errors import ElfError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

_SHT_SYMTAB, _SHT_STRTAB, _SHT_RELA, _SHT_NOBITS, _SHT_REL, _SHT_GROUP = 2, 3, 4, 8, 9, 17
_SHF_LINK_ORDER, _SHF_GROUP = 0x80, 0x200
_STB_LOCAL, _STT_SECTION, _STT_FILE, _SHN_RESERVED = 0, 3, 4, 0xFF00
_TABLES = frozenset({_SHT_SYMTAB, _SHT_STRTAB, _SHT_RELA, _SHT_REL, _SHT_GROUP})
_EH_FRAME = b".eh_frame"


class _Section(Record):
    """A section header with its content; `name` instead of sh_name."""

    name: bytes
    type: int
    flags: int
    address: int
    size: int
    link: int
    info: int
    align: int
    entry: int
    content: bytes


class _Symbol(Record):
    """A row of .symtab with its name instead of st_name."""

    name: bytes
    info: int
    other: int
    section: int
    value: int
    size: int

    @property
    def local(self) -> bool:
        """Say whether other objects cannot bind to it."""
        return self.info >> 4 == _STB_LOCAL


class _Relocation(Record):
    """A relocation; `addend` is None where the section itself holds it (SHT_REL)."""

    offset: int
    symbol: int
    type: int
    addend: int | None


def split(data: bytes, public: Iterable[bytes]) -> dict[bytes, bytes]:
    """Give for each of the `public` symbols the object that defines it alone.

    Raises: ElfError when the object does not define one of them in a section of its own, or is damaged.
    """
    names = frozenset(public)
    try:
        source = _Object(data)
        return {name: source.only(name, names) for name in sorted(names)}
    except (struct.error, IndexError, ValueError) as error:
        raise ElfError("damaged object: its tables lie outside of it") from error


class _Object:
    """An object that has been read, from which others are written."""

    def __init__(self, data: bytes) -> None:
        self._wide = data[4] == 2
        self._order = "<" if data[5] == 1 else ">"
        self._header = data[: 64 if self._wide else 52]
        self._sections = self._read_sections(data)
        (table,) = (section for section in self._sections if section.type == _SHT_SYMTAB)
        self._symbols = self._read_symbols(table)
        self._relocations = {
            section.info: self._read_relocations(section)
            for section in self._sections
            if section.type in (_SHT_RELA, _SHT_REL)
        }
        self._kind = next((row.type for row in self._sections if row.type in (_SHT_RELA, _SHT_REL)), _SHT_RELA)

    def only(self, name: bytes, public: Container[bytes]) -> bytes:
        """Write the object of one public symbol."""
        home = next((row.section for row in self._symbols if row.name == name and not row.local), 0)
        if not 0 < home < _SHN_RESERVED:
            raise ElfError(f"the object does not define {name.decode()} in a section")
        kept = self._reached(home, public)
        relocations = {number: self._relocations.get(number, ()) for number in kept}
        contents = {number: self._sections[number].content for number in kept}
        for number in kept:
            if self._sections[number].name == _EH_FRAME:
                contents[number], relocations[number] = self._frames(number, kept)
        return self._written(name, kept, contents, relocations, public)

    def _reached(self, home: int, public: Container[bytes]) -> list[int]:
        """List the sections that belong to the one at `home`, itself included, in order."""
        found, waiting = {home}, [home]
        while waiting:
            number = waiting.pop()
            targets = {self._target(row, public) for row in self._relocations.get(number, ())}
            followers = {
                other
                for other, section in enumerate(self._sections)
                if section.flags & _SHF_LINK_ORDER and section.link == number
            }
            new = (targets | followers) - found - {0}
            found |= new
            waiting += new
        return sorted(found | {number for number, row in enumerate(self._sections) if self._always(row)})

    def _target(self, row: _Relocation, public: Container[bytes]) -> int:
        """Give the section that a relocation leads to, 0 when that is not to come along."""
        symbol = self._symbols[row.symbol]
        if symbol.section >= _SHN_RESERVED or (not symbol.local and symbol.name in public):
            return 0
        return symbol.section

    def _always(self, section: _Section) -> bool:
        """Say whether a section speaks of the object as a whole: notes, attributes, and the records of unwinding."""
        if section.type in _TABLES or section.type == 0:
            return False
        return section.name == _EH_FRAME or section.name.startswith(b".note") or section.type >= 0x70000003

    def _frames(self, number: int, kept: Container[int]) -> tuple[bytes, tuple[_Relocation, ...]]:
        """Keep of .eh_frame the FDEs of kept sections and their CIEs."""
        content, rows = self._sections[number].content, self._relocations.get(number, ())
        data, moved, places = bytearray(), [], {}
        for start, end, cie in self._records(content):
            own = [row for row in rows if start <= row.offset < end]
            if cie is not None and not any(
                row.offset == start + 8 and self._symbols[row.symbol].section in kept for row in own
            ):
                continue
            place = len(data)
            places[start] = place
            data += content[start:end]
            if cie is not None:  # the way back to the CIE, from the field itself
                struct.pack_into(f"{self._order}I", data, place + 4, place + 4 - places[cie])
            moved += [row._replace(offset=row.offset - start + place) for row in own]
        return bytes(data), tuple(moved)

    def _records(self, content: bytes) -> Iterator[tuple[int, int, int | None]]:
        """Give the records of .eh_frame: start, end, and for an FDE where its CIE starts."""
        place = 0
        while place + 8 <= len(content):
            length, back = struct.unpack_from(f"{self._order}II", content, place)
            if length in (0, 0xFFFFFFFF):  # the end mark; compilers write no records of 4 GiB
                return
            yield place, place + 4 + length, None if back == 0 else place + 4 - back
            place += 4 + length

    def _written(
        self,
        name: bytes,
        kept: list[int],
        contents: Mapping[int, bytes],
        relocations: Mapping[int, tuple[_Relocation, ...]],
        public: Container[bytes],
    ) -> bytes:
        """Put the kept sections into a new object, with the symbols that they define or ask for."""
        asked = {row.symbol for number in kept for row in relocations[number]}
        new_section = {old: new for new, old in enumerate(kept, 1)}
        rows: list[tuple[int, _Symbol]] = []
        for number, symbol in enumerate(self._symbols):
            defined = symbol.section in new_section
            if number and symbol.info & 15 != _STT_FILE and (defined or number in asked):
                rows.append((number, self._renewed(symbol, new_section, name, public)))
        rows.sort(key=lambda row: not row[1].local)
        new_symbol = {old: new for new, (old, _) in enumerate(rows, 1)}
        symbols = [symbol for _, symbol in rows]
        sections = [
            self._sections[number]._replace(
                flags=self._sections[number].flags & ~_SHF_GROUP,
                link=new_section.get(self._sections[number].link, 0),
                size=self._sections[number].size
                if self._sections[number].type == _SHT_NOBITS
                else len(contents[number]),
                content=contents[number],
            )
            for number in kept
        ]
        table = len(kept) + 1
        for number in kept:
            if relocations[number]:
                content = b"".join(self._packed(row, new_symbol) for row in relocations[number])
                sections.append(self._table(b".rel", self._kind, table, new_section[number], content))
        # The symbol table stands in front of the relocations, so that its number is known to them.
        strings, places = _string_table(symbol.name for symbol in symbols)
        local = 1 + sum(symbol.local for symbol in symbols)
        content = self._symbol_table(symbols, places)
        sections.insert(len(kept), self._table(b".symtab", _SHT_SYMTAB, table + 1, local, content))
        sections.insert(len(kept) + 1, self._table(b".strtab", _SHT_STRTAB, 0, 0, strings))
        return self._file(sections)

    def _renewed(self, symbol: _Symbol, sections: Mapping[int, int], name: bytes, public: Container[bytes]) -> _Symbol:
        """Give a symbol its place in the new object: its section, or none; helpers of other objects become local."""
        if symbol.section >= _SHN_RESERVED:
            return symbol
        if symbol.section not in sections:
            return symbol._replace(section=0, value=0, size=0, other=0, info=symbol.info & ~15)
        info = symbol.info if symbol.local or symbol.name in public else symbol.info & 15
        return symbol._replace(section=sections[symbol.section], info=info)

    def _read_sections(self, data: bytes) -> list[_Section]:
        if self._wide:
            (start,) = struct.unpack_from(f"{self._order}Q", data, 40)
            size, count, names = struct.unpack_from(f"{self._order}HHH", data, 58)
        else:
            (start,) = struct.unpack_from(f"{self._order}I", data, 32)
            size, count, names = struct.unpack_from(f"{self._order}HHH", data, 46)
        rows = [struct.unpack_from(self._order + self._section_layout, data, start + size * n) for n in range(count)]
        table = data[rows[names][4] : rows[names][4] + rows[names][5]]
        return [self._read_section(data, row, table) for row in rows]

    def _read_section(self, data: bytes, row: tuple[int, ...], names: bytes) -> _Section:
        name, kind, flags, address, offset, size, link, info, align, entry = row
        content = b"" if kind in (0, _SHT_NOBITS) else data[offset : offset + size]
        text = names[name : names.find(b"\0", name)]
        return _Section(text, kind, flags, address, size, link, info, align, entry, content)

    @property
    def _section_layout(self) -> str:
        return "IIQQQQIIQQ" if self._wide else "IIIIIIIIII"

    def _read_symbols(self, table: _Section) -> list[_Symbol]:
        strings = self._sections[table.link].content
        found = []
        for row in struct.iter_unpack(self._order + ("IBBHQQ" if self._wide else "IIIBBH"), table.content):
            name = strings[row[0] : strings.find(b"\0", row[0])]
            rest = row[1:] if self._wide else (row[3], row[4], row[5], row[1], row[2])
            found.append(_Symbol(name, *rest))
        return found

    def _symbol_table(self, symbols: Iterable[_Symbol], places: Mapping[bytes, int]) -> bytes:
        data = bytes(24 if self._wide else 16)
        for name, info, other, section, value, size in symbols:
            place = places[name]
            if self._wide:
                data += struct.pack(f"{self._order}IBBHQQ", place, info, other, section, value, size)
            else:
                data += struct.pack(f"{self._order}IIIBBH", place, value, size, info, other, section)
        return data

    def _read_relocations(self, table: _Section) -> tuple[_Relocation, ...]:
        shift = 32 if self._wide else 8
        layout, addend = ("QQ", "q") if self._wide else ("II", "i")
        implicit = table.type == _SHT_REL
        found = struct.iter_unpack(self._order + layout + ("" if implicit else addend), table.content)
        rows = ((*row, None) if implicit else row for row in found)
        return tuple(_Relocation(place, info >> shift, info & (1 << shift) - 1, extra) for place, info, extra in rows)

    def _packed(self, row: _Relocation, symbols: Mapping[int, int]) -> bytes:
        layout, addend, shift = ("QQ", "q", 32) if self._wide else ("II", "i", 8)
        info = symbols.get(row.symbol, 0) << shift | row.type
        data = struct.pack(self._order + layout, row.offset, info)
        return data if row.addend is None else data + struct.pack(self._order + addend, row.addend)

    def _table(self, name: bytes, kind: int, link: int, info: int, content: bytes) -> _Section:
        entry = {_SHT_SYMTAB: (16, 24), _SHT_RELA: (12, 24), _SHT_REL: (8, 16)}.get(kind, (0, 0))[self._wide]
        align = 1 if kind == _SHT_STRTAB else 8 if self._wide else 4
        return _Section(name, kind, 0, 0, len(content), link, info, align, entry, content)

    def _file(self, sections: list[_Section]) -> bytes:
        """Write header, contents and section headers; .shstrtab comes last."""
        names, places = _string_table([*(section.name for section in sections), b".shstrtab"])
        sections = [*sections, self._table(b".shstrtab", _SHT_STRTAB, 0, 0, names)]
        data, rows = bytearray(self._header), [bytes(64 if self._wide else 40)]
        for row in sections:
            data += bytes(-len(data) % max(row.align, 1))
            head = (places[row.name], row.type, row.flags, row.address, len(data), row.size)
            tail = (row.link, row.info, row.align, row.entry)
            rows.append(struct.pack(self._order + self._section_layout, *head, *tail))
            data += row.content
        data += bytes(-len(data) % 8)
        counts = (len(rows[0]), len(rows), len(rows) - 1)
        if self._wide:
            struct.pack_into(f"{self._order}Q", data, 40, len(data))
            struct.pack_into(f"{self._order}HHH", data, 58, *counts)
        else:
            struct.pack_into(f"{self._order}I", data, 32, len(data))
            struct.pack_into(f"{self._order}HHH", data, 46, *counts)
        return bytes(data) + b"".join(rows)


def _string_table(names: Iterable[bytes]) -> tuple[bytes, dict[bytes, int]]:
    data, places = bytearray(b"\0"), {b"": 0}
    for name in names:
        if name not in places:
            places[name] = len(data)
            data += name + b"\0"
    return bytes(data), places
