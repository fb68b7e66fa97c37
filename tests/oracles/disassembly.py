"""What objdump and readelf say together of who refers to a dynamic symbol in x86-64 code.

readelf gives the slots, the lazy ones and the copies by their relocations. objdump gives each instruction, and behind
it the address that it reads or jumps to. Which of its bytes hold the distance follows from that address alone.
"""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Iterator

from tests.tools import need, output

Row = tuple[int, str, str]  # address of the field, symbol, kind

_RELOCATION = re.compile(r"^([0-9a-f]+) +[0-9a-f]+ R_X86_64_(\S+) +[0-9a-f]+ +(\S+)")
_SLOTS = ("GLOB_DAT", "JUMP_SLOT", "DTPMOD64", "TPOFF64", "TLSDESC")
_SIZE = re.compile(r"^ *\d+: ([0-9a-f]{16}) +(\d+) OBJECT", re.MULTILINE)
_SECTION = re.compile(r"^Disassembly of section (\S+):")
_INSTRUCTION = re.compile(r"^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *(?:\t(.*))?$")
_COMMENT = re.compile(r"# ([0-9a-f]+)(?: |$)")
_JUMP = re.compile(r"^(?:bnd |notrack |addr32 |data16 |rex\.\w+ |\{\w+\} )*(call|j\w+) +([0-9a-f]+)(?: |$)")
_INDIRECT = re.compile(r"^(?:bnd |notrack )*(call|jmp) +\*")
_IN_FRONT = ("endbr64", "mov    $")  # of the jump of a PLT entry


def relocated(path: str) -> tuple[dict[int, str], dict[int, str], set[str]]:
    """Give the symbol of each slot, and of each byte of a copied variable, by their addresses; and all symbols."""
    slots, copies, symbols = {}, {}, set()
    for line in output("readelf", "-rW", path).splitlines():
        found = _RELOCATION.match(line)
        if found and not found[3].startswith("+"):
            symbol = found[3].partition("@")[0]
            symbols.add(symbol)
            if found[2] in _SLOTS:
                slots[int(found[1], 16)] = symbol
            elif found[2] == "COPY":
                copies[int(found[1], 16)] = symbol
    sizes = {found[1]: int(found[2]) for found in _SIZE.finditer(output("readelf", "--dyn-syms", "-W", path))}
    whole = {start + n: name for start, name in copies.items() for n in range(sizes[f"{start:016x}"])}
    return slots, whole, symbols


def references(path: str) -> set[Row]:
    """Disassemble all code and give each field that leads to a slot or a PLT entry."""
    slots, copies, _ = relocated(path)
    targets = slots | copies
    rows: set[Row] = set()
    instructions = list(_instructions(path))
    in_front = 0
    for section, address, _, text in instructions:
        if section.startswith(".plt"):
            front = text.startswith(_IN_FRONT)
            in_front = (in_front or address) if front else in_front
            comment = _COMMENT.search(text)
            if _INDIRECT.match(text) and comment and int(comment[1], 16) in slots:
                targets[in_front or address] = slots[int(comment[1], 16)]
            in_front = in_front if front else 0
    for section, address, data, text in instructions:
        if not section.startswith(".plt"):
            jump, comment = _JUMP.match(text), _COMMENT.search(text)
            target = int(jump[2], 16) if jump else int(comment[1], 16) if comment else -1
            if target in targets:
                kind = "call" if jump or _INDIRECT.match(text) else "load"
                rows.add((address + _field(data, target - address), targets[target], kind))
    return rows


def _field(data: bytes, distance: int) -> int:
    """Find the four bytes of an instruction that hold the distance from its end."""
    places = [n for n in range(1, len(data) - 3) if struct.unpack_from("<i", data, n)[0] == distance - len(data)]
    assert len(places) == 1, data.hex()
    return places[0]


def _instructions(path: str) -> Iterator[tuple[str, int, bytes, str]]:
    """Give (section, address, bytes, text) of each instruction."""
    need("objdump")
    command = ("objdump", "-dw", "--insn-width=16", path)
    section = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="surrogateescape") as process:
        assert process.stdout is not None
        for line in process.stdout:
            found = _INSTRUCTION.match(line.rstrip())
            if found:
                yield section, int(found[1], 16), bytes.fromhex(found[2]), found[3] or ""
            elif (header := _SECTION.match(line)) is not None:
                section = header[1]
    assert process.returncode == 0
