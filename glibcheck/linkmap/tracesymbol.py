"""What linkers say for `--trace-symbol=SYMBOL` (`-y`): which objects refer to a symbol, and which define it.

    /usr/bin/ld: libfoo.a(c.o): reference to pow          GNU ld, with the name that it was called by
    libfoo.a(c.o): reference to pow                       gold, lld
    /lib/libm.so.6: shared definition of pow              lld
    trace-symbol: libfoo.a(c.o): reference to pow         mold, which also demangles: 'operator new(unsigned long)'

The lines may stand anywhere in the log of a build. Warnings and errors speak of definitions and undefined references in
other words, and are no mentions. GNU ld says it in the language of the one who builds; only English is read, so run it
with LC_ALL=C. gold passes over a version of `.symver` and says `pow` for `pow@GLIBC_2.2.5`, which others need in `-y`.
"""

from __future__ import annotations

import re

from glibcheck.linkmap.inclusions import without_note
from glibcheck.linkmap.pieces import split_member
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record

# The name of the linker ends in ld, or in that of one of the four: x86_64-linux-gnu-ld.bfd, ld.lld, ld64.lld.
_PREFIX = re.compile(r"(?:trace-symbol|\S{0,4096}\bld(?:\.\w{1,16})?): ")
_VERBS = re.compile(r": (?:(?:shared |lazy |common )?(definition) of|reference to) ")
_NO_NAME = ("", "'", "`", '"', "\N{LEFT SINGLE QUOTATION MARK}")


class Mention(Record):
    """What a linker said: `object`, or its `member`, refers to `symbol`, or `defines` it.

    `object` is the path as the linker wrote it, of an object, an archive or a shared library. `symbol` is demangled
    when the linker (mold) does that. A member that `defines` it and was not taken (lld's "lazy") counts as well.
    """

    object: str
    member: str | None
    symbol: SymbolName
    defines: bool


def read_trace(text: str) -> tuple[Mention, ...]:
    """Read the mentions out of a linker's output, or of a log with it; each once, in their order."""
    found: dict[Mention, None] = {}
    for line in text.split("\n"):
        if " of " in line or " to " in line:
            mention = _mention(line.rstrip("\r"))
            if mention is not None:
                found[mention] = None
    return tuple(found)


def _mention(line: str) -> Mention | None:
    verbs = _VERBS.search(line)
    if verbs is None:
        return None
    prefix = _PREFIX.match(line)
    origin = without_note(line[prefix.end() if prefix is not None else 0 : verbs.start()])
    symbol = line[verbs.end() :]
    # A name has spaces only when it is demangled, and then parentheses or the like. What is quoted is a compiler's:
    # "error: reference to 'x' is ambiguous".
    if not origin or symbol[:1] in _NO_NAME or (" " in symbol and not any(sign in symbol for sign in "(<:")):
        return None
    return Mention(*split_member(origin), SymbolName(symbol), verbs[1] is not None)
