"""Where the options of an ini file are, as configparser reads it, so that they can be edited and the rest kept.

configparser tells values and no places. So the lines are read here once more by its rules ("Supported INI File
Structure": a line that is indented deeper than its option continues the value, blank lines too; a comment has a line of
its own, and may stand inside a value), and the places are believed only if the same values come of them.
"""

from __future__ import annotations

import configparser
import re

from glibcheck.buildfiles import lines
from glibcheck.errors import RewriteError
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SECTION = re.compile(r"\[(?P<name>.+)\]")
_OPTION = re.compile(r"(?P<key>.*?)\s*(?P<sign>[=:])\s*(?P<value>.*)$")


class Piece(Record):
    """What one line of a value says, without the white space around it: offsets and text."""

    start: int
    end: int
    text: str


class Option(Record):
    """One option: where its first line starts, its key, the sign between key and value, and the value by lines."""

    start: int
    key: str
    sign: str
    pieces: tuple[Piece, ...]


class Section(Record):
    """One section: where its header's line starts, its name, and its options in file order."""

    start: int
    name: str
    options: tuple[Option, ...]

    def option(self, key: str) -> Option | None:
        """Find an option; commands take hyphens for underscores."""
        return next((option for option in self.options if option.key.replace("-", "_") == key), None)


def sections(path: str, text: str) -> tuple[Section, ...]:
    """Tell the sections of an ini file, in file order.

    Raises: RewriteError when configparser cannot read it, or when its places cannot be told.
    """
    # Keys keep their case, and setuptools does not fill in `%(name)s`; the ways to break a line are Python's three.
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text.replace("\r\n", "\n").replace("\r", "\n"))
    except configparser.Error as error:
        line = getattr(error, "lineno", None) or next((row for row, _ in getattr(error, "errors", ())), None)
        raise RewriteError(path, line, "configparser cannot read it, so it cannot be edited; mend it first") from error
    found = tuple(_sections(text))
    seen = {section.name: {option.key: _words(option) for option in section.options} for section in found}
    own = {name: {key: _split(value) for key, value in parser._sections[name].items()} for name in parser.sections()}  # type: ignore[attr-defined]
    if {name: seen[name] for name in seen if name != parser.default_section} != own:
        raise RewriteError(path, None, "the places of its options cannot be told; edit it by hand")
    return found


def end(section: Section, text: str) -> int:
    """Tell where the last line that says something in a section ends."""
    if not section.options:
        return lines.end(text, section.start)
    return option_end(section.options[-1], text)


def option_end(option: Option, text: str) -> int:
    """Tell where the last line of an option ends."""
    return lines.end(text, option.pieces[-1].end if option.pieces else option.start)


def _sections(text: str) -> Iterator[Section]:
    section: Section | None = None
    depth = 0  # of the line that the next ones may continue
    for piece, indentation in _pieces(text):
        options = () if section is None else section.options
        if section is not None and options and indentation > depth:
            section = section._replace(options=(*options[:-1], _continued(options[-1], piece)))
            continue
        depth = indentation
        header = _SECTION.match(piece.text)
        if header is not None:
            if section is not None:
                yield section
            section = Section(lines.start(text, piece.start), header["name"], ())
            continue
        option = _option(text, piece)
        if section is not None and option is not None:
            section = section._replace(options=(*options, option))
    if section is not None:
        yield section


def _pieces(text: str) -> Iterator[tuple[Piece, int]]:
    """Tell the lines that say something, and how far each is indented."""
    at = 0
    while at < len(text):
        stop = lines.end(text, at)
        line = text[at:stop]
        words = line.strip()
        if words and words[0] not in "#;":
            indentation = len(line) - len(line.lstrip())
            yield Piece(at + indentation, at + indentation + len(words), words), indentation
        at = lines.below(text, at)


def _option(text: str, piece: Piece) -> Option | None:
    found = _OPTION.match(piece.text)
    if found is None:
        return None
    start = piece.start + found.start("value")
    pieces = (Piece(start, piece.end, found["value"]),) if found["value"] else ()
    return Option(lines.start(text, piece.start), found["key"], text[piece.start + found.end("key") : start], pieces)


def _continued(option: Option, piece: Piece) -> Option:
    return option._replace(pieces=(*option.pieces, piece))


def _words(option: Option) -> list[str]:
    return [piece.text for piece in option.pieces]


def _split(value: str | None) -> list[str]:
    return [line.strip() for line in (value or "").split("\n") if line.strip()]
