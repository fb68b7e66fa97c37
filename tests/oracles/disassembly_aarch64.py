"""What objdump and readelf say together of who refers to a dynamic symbol in AArch64 code.

readelf gives the slots by their relocations, objdump the text of each instruction. An ADRP gives a page to a register;
the register is followed along all ways that the text shows, without an end, until an instruction writes it.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

from tests.tools import need, output

Row = tuple[int, str, str]  # address of the instruction, symbol, kind
Text = tuple[str, tuple[str, ...]]  # mnemonic and operands

_RELOCATION = re.compile(r"^([0-9a-f]+) +[0-9a-f]+ R_AARCH64_(\S+) +[0-9a-f]+ +(\S+)")
_SLOTS = ("GLOB_DAT", "JUMP_SLOT", "TLS_DTPMOD", "TLS_DTPMOD64", "TLS_TPREL", "TLS_TPREL64", "TLSDESC")
_SECTION = re.compile(r"^Disassembly of section (\S+):")
_INSTRUCTION = re.compile(r"^ *([0-9a-f]+):\t(\S+)(?:\t([^/;]*))?")
_ADDRESS = re.compile(r"^([0-9a-f]+)(?: |$)")
_REGISTER = re.compile(r"^[xw](\d+)$")
_BASE = re.compile(r"\[x(\d+)(?:, #(-?\d+))?\]$")
_CONDITIONAL = ("b.", "bc.", "cbz", "cbnz", "tbz", "tbnz")
_LAST = ("b", "br", "ret", "braa", "brab", "braaz", "brabz", "retaa", "retab", "udf")
_CALLS = ("bl", "blr", "blraa", "blrab", "blraaz", "blrabz")
_STATELESS = ("st", "prfm", "cmp", "cmn", "tst", "ccmp", "ccmn", "nop", "dmb", "isb", "dsb", "hint", "fcmp", "fccmp")


def relocated(path: str) -> dict[int, str]:
    """Give the symbol of each slot by its address."""
    slots = {}
    for line in output("readelf", "-rW", path).splitlines():
        found = _RELOCATION.match(line)
        if found and found[2] in _SLOTS and re.search("[A-Za-z_]", found[3]) and not found[3].startswith("+"):
            slots[int(found[1], 16)] = found[3].partition("@")[0]
    return slots


def references(path: str) -> tuple[set[Row], int]:
    """Disassemble all code and give each instruction that leads to a slot or a PLT entry, and how many ADRP do not.

    The latter are those of a page with slots whose register nothing uses with the rest of an address of this file.
    """
    slots, code, tables = relocated(path), dict[int, Text](), set[int]()
    for section, address, text in _instructions(path):
        code[address] = text
        if section.startswith(".plt"):
            tables.add(address)
    stubs = _stubs(code, tables, slots)
    rows: set[Row] = set()
    pages = {slot >> 12 for slot in slots}
    unused = 0
    for address, (name, operands) in code.items():
        if address in tables:
            continue
        if name in ("bl", "b") and (target := _target(operands[-1])) in stubs:
            rows.add((address, stubs[target], "call"))
        elif name == "adrp":
            page = _target(operands[1])
            if any((page >> 12) + n in pages for n in range(8)):
                used = _uses(code, address + 4, int(operands[0][1:]), page)
                rows.update((place, slots[value], "load") for place, value in used if value in slots)
                unused += not used and page >> 12 in pages
    return rows, unused


def _stubs(code: dict[int, Text], tables: set[int], slots: dict[int, str]) -> dict[int, str]:
    """Find the entries of the linkage tables; one may begin with BTI."""
    found = {}
    for address in tables:
        name, operands = code[address]
        following, more = code.get(address + 4, ("", ()))
        if name == "adrp" and operands[0] == "x16" and following == "ldr" and more[0] == "x17":
            base = _BASE.search(", ".join(more[1:]))
            slot = _target(operands[1]) + int((base and base[2]) or 0)
            if slot in slots:
                start = address - 4 if code.get(address - 4, ("", ()))[0] in ("bti", "hint") else address
                found[start] = slots[slot]
    return found


def _uses(code: dict[int, Text], start: int, register: int, page: int) -> list[tuple[int, int]]:
    """Give where the register of an ADRP is used with the rest of an address, and that address."""
    ways, seen, found = [start], set[int](), []
    while ways:
        place = ways.pop()
        if place in seen or place not in code:
            continue
        seen.add(place)
        name, operands = code[place]
        rest = _rest(name, operands, register)
        if rest is not None:
            found.append((place, page + rest))
        if name.startswith(_CONDITIONAL) or name == "b":
            ways.append(_target(operands[-1]))
        if name in _LAST or (name in _CALLS and register < 19):
            continue
        if not _writes(name, operands, register):
            ways.append(place + 4)
    return found


def _rest(name: str, operands: tuple[str, ...], register: int) -> int | None:
    """Give what an ADD, load or store adds to the register."""
    text = ", ".join(operands)
    if name == "add" and len(operands) == 3 and operands[1] == f"x{register}" and operands[2].startswith("#"):
        return int(operands[2][1:], 0)
    base = _BASE.search(text)
    if name.startswith(("ldr", "str")) and base and int(base[1]) == register:
        return int(base[2] or 0)
    return None


def _writes(name: str, operands: tuple[str, ...], register: int) -> bool:
    if name.startswith(_CONDITIONAL) or name in _CALLS:
        return False
    text = ", ".join(operands)
    if text.endswith("!") or re.search(r"\], #?-?\w+$", text):  # the base is written back
        base = re.search(r"\[x(\d+)", text)
        if base and int(base[1]) == register:
            return True
    exclusive = name.startswith(("stxr", "stlxr", "stxp", "stlxp"))
    if name.startswith(_STATELESS) and not exclusive:
        return False
    pair = name.startswith(("ldp", "ldnp", "ldxp", "ldaxp", "ldpsw", "casp"))
    written = operands[: 2 if pair else 1]
    # Atomic operations give what was there in their second operand.
    if re.match(r"(ld(add|clr|eor|set|smax|smin|umax|umin)|swp)", name):
        written = operands[1:2]
    return any((found := _REGISTER.match(word)) is not None and int(found[1]) == register for word in written)


def _target(operand: str) -> int:
    found = _ADDRESS.match(operand)
    return int(found[1], 16) if found else -1


def _instructions(path: str) -> Iterator[tuple[str, int, Text]]:
    """Give (section, address, text) of each instruction."""
    need("aarch64-linux-gnu-objdump")
    command = ("aarch64-linux-gnu-objdump", "-d", "--no-show-raw-insn", path)
    section = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="surrogateescape") as process:
        assert process.stdout is not None
        for line in process.stdout:
            found = _INSTRUCTION.match(line)
            if found:
                yield section, int(found[1], 16), (found[2], tuple((found[3] or "").strip().split(", ")))
            elif (header := _SECTION.match(line)) is not None:
                section = header[1]
    assert process.returncode == 0
