"""`setup.cfg`: extensions in sections of their own, and libraries for all extensions in `[build_ext]`.

`[extension: pkg._ext]` declares an extension where pbr reads the file (and d2to1 before it, which wrote `[extension=
...]`): the options are the arguments of setuptools' Extension, one item a line (pbr, "Using pbr", "extension").

`[build_ext]` sets options of setuptools' command. Its `libraries`, words with white space or commas between them, are
linked into every extension of the project (distutils, `build_ext`), so it is the whole project's question whether one
may go: `python_project` asks it, `drop_for_all` does it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from glibcheck.buildfiles import extensiontables, lines, splice
from glibcheck.buildfiles.configplaces import Option, Piece, Section, end, option_end, sections
from glibcheck.buildfiles.splice import Splice, insertion, removal
from glibcheck.errors import RewriteError
from glibcheck.model.plan import Change, Declaration

_EXTENSION = re.compile(r"extension\s*[:=]\s*(?P<name>.+?)\s*$")
_INDENTED = re.compile(r"^(?P<indentation>[ \t]+)[^\s#;]", re.MULTILINE)
_WORD = re.compile(r"[^\s,]+")


def recognises(path: str, text: str) -> bool:
    """Say whether `text` can declare extensions here: a setup.cfg with a section for one."""
    return is_one(path) and "[extension" in text


def is_one(path: str) -> bool:
    """Say whether a file is a setup.cfg."""
    return path.rpartition("/")[2] == "setup.cfg"


def declarations(path: str, text: str) -> tuple[Declaration, ...]:
    """Tell the extensions that `text` declares, in file order.

    Raises: RewriteError when configparser cannot read it.
    """
    found = [(section, _name(section)) for section in sections(path, text)]
    return tuple(
        Declaration(
            name=name,
            path=path,
            line=lines.number(text, section.start),
            sources=_told(section, "sources"),
            include_dirs=_told(section, "include_dirs"),
            libraries=_told(section, "libraries"),
            extra_compile_args=_told(section, "extra_compile_args"),
        )
        for section, name in found
        if name is not None
    )


def unseen(path: str, text: str) -> tuple[str, ...]:
    """Tell where extensions are declared that `declarations` cannot name: nowhere, as nothing is computed."""
    return ()


def rewrite(path: str, text: str, changes: Sequence[Change]) -> str:
    """Carry out the changes to extensions that `text` declares; others are another file's.

    Raises: RewriteError when one of them cannot be done safely; then none is done.
    """
    names = {row.name for row in declarations(path, text)} if changes else set()
    return extensiontables.rewrite(_Tables(path), text, [change for change in changes if change.extension in names])


def libraries_for_all(path: str, text: str) -> tuple[tuple[str, ...], int | None]:
    """Tell the libraries that `[build_ext]` links into every extension, and the line that says so.

    Raises: RewriteError when configparser cannot read it.
    """
    option = _for_all(path, text)
    if option is None:
        return (), None
    return tuple(word.text for word in _words(text, option)), lines.number(text, option.start)


def drop_for_all(path: str, text: str, library: str) -> str:
    """Take a library out of `[build_ext]`; with the last one the option goes, and the section if it says no more.

    Raises: RewriteError when configparser cannot read it.
    """
    while (option := _for_all(path, text)) is not None:
        words = _words(text, option)
        places = [index for index, word in enumerate(words) if word.text == library]
        if not places:
            break
        if len(words) > 1:
            text = splice.apply(text, _without_word(text, words, places[-1]))
            continue
        section = next(each for each in sections(path, text) if option in each.options)
        gone = _without_section(text, section) if len(section.options) == 1 else _without_option(text, option)
        text = splice.apply(text, [gone])
    return text


class _Tables:
    """The sections for extensions of one setup.cfg, as `extensiontables` wants them."""

    def __init__(self, path: str) -> None:
        self.path = path

    def known(self, text: str, extension: str, parameter: str) -> tuple[str, ...]:
        section = self._section(text, extension)
        option = None if section is None else section.option(parameter)
        return () if option is None else tuple(piece.text for piece in option.pieces)

    def grow(self, text: str, extension: str, parameter: str, new: Sequence[str]) -> str:
        section = self._section(text, extension)
        if section is None:
            return text
        for item in new:
            if item[:1] in ("#", ";", "") or "%" in item or item != item.strip():
                message = f"{item!r} would not be read back as it is; add it by hand"
                raise RewriteError(self.path, lines.number(text, section.start), message)
        option = section.option(parameter)
        added = _new_option(text, section, parameter, new) if option is None else _new_lines(text, option, new)
        return splice.apply(text, [added])

    def replace(self, text: str, extension: str, parameter: str, index: int, new: str) -> str:
        piece = self._option(text, extension, parameter).pieces[index]
        return splice.apply(text, [Splice(piece.start, piece.end, new)])

    def shrink(self, text: str, extension: str, parameter: str, index: int) -> str:
        option = self._option(text, extension, parameter)
        gone = _without_option(text, option) if len(option.pieces) == 1 else _without_piece(text, option, index)
        return splice.apply(text, [gone])

    def remove(self, text: str, extension: str) -> str:
        section = self._section(text, extension)
        return text if section is None else splice.apply(text, [_without_section(text, section)])

    def _section(self, text: str, extension: str) -> Section | None:
        found = [section for section in sections(self.path, text) if _name(section) == extension]
        if len(found) > 1:
            message = f"{extension} is declared more than once; only you can tell which one to change"
            raise RewriteError(self.path, lines.number(text, found[1].start), message)
        return found[0] if found else None

    def _option(self, text: str, extension: str, parameter: str) -> Option:
        section = self._section(text, extension)
        option = None if section is None else section.option(parameter)
        if option is None:
            raise RewriteError(self.path, None, f"{extension} has no {parameter} any more; edit it by hand")
        return option


def _name(section: Section) -> str | None:
    found = _EXTENSION.match(section.name.strip())
    return None if found is None else found["name"]


def _told(section: Section, parameter: str) -> tuple[str, ...] | None:
    option = section.option(parameter)
    items = () if option is None else tuple(piece.text for piece in option.pieces)
    return None if any("%(" in item for item in items) else items


def _new_lines(text: str, option: Option, new: Sequence[str]) -> Splice:
    """Add lines to a value, under its last one and indented as that, or deeper than the key when it is alone there."""
    last = option.pieces[-1].start if option.pieces else option.start
    deeper = lines.start(text, last) > option.start
    lead = lines.indentation(text, last) if deeper else _continuation(text, option.start)
    return insertion(option_end(option, text), "".join(lines.ending(text, last) + lead + item for item in new))


def _continuation(text: str, start: int) -> str:
    """Tell how to indent a line that continues the option at `start`: as the file does where it can, else deeper."""
    own = lines.indentation(text, start)
    found = _INDENTED.search(text)
    return own + ("    " if found is None or own else found["indentation"])


def _new_option(text: str, section: Section, key: str, new: Sequence[str]) -> Splice:
    at = section.options[-1].start if section.options else section.start
    lead, sign = lines.ending(text, at) + lines.indentation(text, at), _sign(text, section)
    if len(new) == 1:
        return insertion(end(section, text), f"{lead}{key}{sign}{new[0]}")
    items = "".join(lines.ending(text, at) + _continuation(text, at) + item for item in new)
    return insertion(end(section, text), f"{lead}{key}{sign.rstrip()}{items}")


def _sign(text: str, section: Section) -> str:
    """Tell how the section writes the sign between a key and a value on its line."""
    signs = [option.sign for option in section.options if option.pieces and _is_beside(text, option)]
    bare = [option.sign for option in section.options]
    return (signs or [sign + " " if sign[:1].isspace() else sign for sign in bare] or [" = "])[0]


def _is_beside(text: str, option: Option) -> bool:
    """Say whether the value starts on the line of its key."""
    return lines.start(text, option.pieces[0].start) == option.start


def _without_piece(text: str, option: Option, index: int) -> Splice:
    piece = option.pieces[index]
    if index == 0 and _is_beside(text, option):
        before = text[option.start : piece.start].rstrip()
        return removal(option.start + len(before), piece.end)
    return _without_line(text, piece)


def _without_line(text: str, piece: Piece) -> Splice:
    return removal(lines.start(text, piece.start), lines.below(text, piece.end))


def _without_option(text: str, option: Option) -> Splice:
    return removal(option.start, lines.below(text, option_end(option, text)))


def _without_section(text: str, section: Section) -> Splice:
    """Take a section away, with the comment lines directly above it and the blank lines below it."""
    start = section.start
    while start and text[lines.above(text, start) : start].lstrip(" \t")[:1] in ("#", ";"):
        start = lines.above(text, start)
    stop = lines.below(text, end(section, text))
    while stop < len(text) and not text[stop : lines.end(text, stop)].strip():
        stop = lines.below(text, stop)
    if stop == len(text):
        while start and not text[lines.above(text, start) : start].strip():
            start = lines.above(text, start)
    return removal(start, stop)


def _for_all(path: str, text: str) -> Option | None:
    if "build_ext" not in text:
        return None
    found = [section.option("libraries") for section in sections(path, text) if section.name == "build_ext"]
    return found[0] if found else None


def _words(text: str, option: Option) -> tuple[Piece, ...]:
    return tuple(
        Piece(found.start(), found.end(), found.group())
        for piece in option.pieces
        for found in _WORD.finditer(text, piece.start, piece.end)
    )


def _without_word(text: str, words: tuple[Piece, ...], index: int) -> list[Splice]:
    word = words[index]
    after = words[index + 1] if index + 1 < len(words) else None
    before = words[index - 1] if index else None
    line = lines.start(text, word.start)
    if after is not None and lines.start(text, after.start) == line:
        return [removal(word.start, after.start)]
    # A comma behind the last word would make an empty one.
    comma = [] if after is not None or before is None else _comma_behind(text, before)
    if before is not None and lines.start(text, before.start) == line:
        return [removal(before.end, lines.end(text, word.end) if after is None else word.end)]
    if text[line : word.start].strip():
        return [removal(line + len(text[line : word.start].rstrip()), lines.end(text, word.end))]
    return [*comma, _without_line(text, word)]


def _comma_behind(text: str, word: Piece) -> list[Splice]:
    found = re.compile(r"[ \t]*,[ \t]*").match(text, word.end)
    return [] if found is None else [removal(found.start(), found.end())]
