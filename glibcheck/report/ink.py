"""How text is laid out for people: colour, wrapping, and names that cannot play tricks on a terminal.

Colour is a property of the place where text is shown, so it is decided by the door (`cli`) and passed in as
an `Ink`; reports mark meaning ("too new", "aside"), not colours. NO_COLOR: any value but the empty one turns
it off (the convention of no-color.org). So it is with names of C++ and Rust: people want those of the source, programs
that read the text want those of the file.
"""

from __future__ import annotations

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 100  # columns where no terminal says otherwise
_PRINTABLE = bytes(range(ord(" "), ord("~") + 1))
MANGLED = ("_Z", "_R")  # how names of C++ and Rust begin


class Ink(Record):
    """Marks for a terminal (`colour`) or none, the columns to fill, and whether names are those of the source."""

    colour: bool = False
    width: int = WIDTH
    demangle: bool = False

    def strong(self, text: str) -> str:
        """Mark what to read first."""
        return self._mark("1", text)

    def good(self, text: str) -> str:
        """Mark what is as it should be."""
        return self._mark("32", text)

    def bad(self, text: str) -> str:
        """Mark what is in the way."""
        return self._mark("31", text)

    def aside(self, text: str) -> str:
        """Mark what may be skipped."""
        return self._mark("2", text)

    def symbols(self, names: Sequence[str]) -> Sequence[str]:
        """Show the names of symbols; those that read alike, as a class's several destructors do, stand once."""
        if self.demangle and any(name.startswith(MANGLED) for name in names):
            from glibcheck.demangle import demangled

            return all_printable([*dict.fromkeys(demangled(names))])
        return all_printable(names)

    def listing(self, names: Sequence[str], indent: int) -> str:
        """Show the names of symbols as `wrap` lays them out, behind `indent` columns."""
        line = ", ".join(names)
        if self.demangle or not _is_plain(line) or line.count(" ") >= len(names):
            return wrap(self.symbols(names), indent, self.width)
        return _broken(line, indent, self.width, indent)

    def _mark(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text


def printable(name: str) -> str:
    """Show a name of an untrusted file in one line: control and undecodable characters become escapes."""
    if name.isprintable():
        return name
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in name)


def _is_plain(text: str) -> bool:
    """Say whether a text is printable ASCII, as nearly all names are; a third of the cost of `isprintable`."""
    return text.isascii() and not text.encode().translate(None, _PRINTABLE)


def all_printable(names: Sequence[str]) -> Sequence[str]:
    """Show several names as `printable` does; nearly always all of them are as they should be, which one look tells."""
    return names if "".join(names).isprintable() else [printable(name) for name in names]


def wrap(words: Iterable[str], indent: int, width: int, start: int | None = None) -> str:
    """Join words with ', ' into lines of at most `width` columns, all but the first indented by `indent`.

    `start` is the column where the first line begins, `indent` by default. A word that is longer than a line stands
    alone on one. When a word has a ', ' itself, as functions of C++ do, each has a line of its own, without commas.
    """
    parts = list(words)
    line = ", ".join(parts)
    if line.count(", ") >= max(len(parts), 1):
        return f"\n{' ' * indent}".join(parts)
    return _broken(line, indent, width, indent if start is None else start)


def _broken(line: str, indent: int, width: int, start: int) -> str:
    """Break a line behind commas."""
    room = width - start
    if len(line) <= room:
        return line
    lines, begin = [], 0
    while len(line) - begin > room:
        # The last comma that fits, or behind the first word when it alone is too long.
        cut = line.rfind(", ", begin, begin + max(room, 0) + 1)
        if cut < 0:
            cut = line.find(", ", begin)
        if cut < 0:
            break
        lines.append(line[begin : cut + 1])
        begin = cut + 2
        room = width - indent
    lines.append(line[begin:])
    return f"\n{' ' * indent}".join(lines)
