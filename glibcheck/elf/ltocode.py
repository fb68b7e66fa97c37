"""Objects for link-time optimisation: what they hold is not code yet, so nothing is said by where it stands.

gcc writes ELF objects with its intermediate language in sections `.gnu.lto_*`, with the code beside it when they are
"fat" (-ffat-lto-objects). clang writes no ELF at all but LLVM bitcode, with or without a wrapper around it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.sections import SectionTable

_BITCODE = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")  # bare, and in its wrapper
_SECTIONS = (".gnu.lto_", ".gnu.debuglto_", ".llvm.lto")


def is_bitcode(head: bytes) -> bool:
    """Say whether a file that starts with these bytes (at least 4) is LLVM bitcode."""
    return head[:4] in _BITCODE


def is_lto(sections: SectionTable) -> bool:
    """Say whether an object was compiled for link-time optimisation by gcc; a fat one has its code all the same."""
    return any(section.name.startswith(_SECTIONS) for section in sections.sections)
