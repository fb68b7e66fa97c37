"""Print what `addr2line -e FILE` prints for addresses: `python tests/bench/lines.py FILE LIST`.

LIST is a file with one hexadecimal address a line. It is what the bench holds against addr2line, as a whole process.
"""

from __future__ import annotations

import os
import sys

from glibcheck.elf.dwarf.lookup import Lines
from glibcheck.elf.sections import SectionTable
from glibcheck.workspace.diskfile import open_buffer


def main(path: str, listed: str) -> None:
    with open(listed, encoding="ascii") as stream:
        addresses = [int(line, 16) for line in stream]
    descriptor = os.open(path, os.O_RDONLY)
    buffer = open_buffer(descriptor, os.fstat(descriptor).st_size)
    found = Lines(SectionTable(buffer)).at(addresses)
    places = [found.get(address) for address in addresses]
    shown = ["??:0" if place is None else f"{place.source.path}:{place.source.line}" for place in places]
    sys.stdout.write("\n".join(shown) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
