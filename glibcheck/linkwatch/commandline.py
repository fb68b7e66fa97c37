"""The command line of a linker, as far as a second link needs it: what it makes, and of what (ld(1))."""

from __future__ import annotations

import os

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# Options whose value is a word of its own, so that it is not taken for a file to link.
WITH_VALUE = frozenset({
    "-o", "--output", "-m", "-z", "-h", "-soname", "--soname", "-rpath", "--rpath", "-rpath-link", "--rpath-link",
    "-e", "--entry", "-u", "--undefined", "-T", "--script", "-Map", "--Map", "-dynamic-linker", "--dynamic-linker",
    "-I", "-plugin", "--plugin", "-plugin-opt", "--plugin-opt", "-f", "-F", "-L", "--library-path", "-l", "--library",
    "--version-script", "-version-script", "--dynamic-list", "--exclude-libs", "--defsym", "--wrap", "-y", "-R", "-a",
    "-A", "-b", "--format", "-c", "-G", "-O", "-Y", "--hash-style", "-init", "-fini", "--oformat", "--dependency-file",
    "--trace-symbol", "--audit", "--depaudit", "-P", "--auxiliary", "--filter", "--retain-symbols-file",
})  # fmt: skip
_SHARED, _ARCHIVES = (".so", ".a"), (".a",)  # what -l looks for
_STATIC = frozenset({"-Bstatic", "-dn", "-non_shared", "-static", "--static"})
_DYNAMIC = frozenset({"-Bdynamic", "-dy", "-call_shared"})
_DEEPEST = 8  # response files in response files


class Link(Record):
    """What one run of a linker makes; `words` are its command line with response files written out.

    `output` is as it is named there; `inputs` are the objects and archives, those that `-l` finds among them.
    """

    words: tuple[str, ...]
    output: str
    inputs: tuple[str, ...]

    def to(self, output: str) -> tuple[str, ...]:
        """Give the command line with another output."""
        return tuple(_renamed(self.words, output))


def read(words: Sequence[str], text_of: Callable[[str], str], is_file: Callable[[str], bool]) -> Link:
    """Read a command line; `text_of` reads a response file. A word that names none is a word, as for the linkers."""
    written_out = tuple(_written_out(words, text_of, is_file, _DEEPEST))
    return Link(written_out, _output(written_out), tuple(dict.fromkeys(_inputs(written_out, is_file))))


def _written_out(
    words: Iterable[str], text_of: Callable[[str], str], is_file: Callable[[str], bool], depth: int
) -> Iterator[str]:
    """Put in the place of each `@FILE` the words of that file, quoted as GCC does (libiberty's `expandargv`)."""
    for word in words:
        if word.startswith("@") and depth and is_file(word[1:]):
            yield from _written_out(_split(text_of(word[1:])), text_of, is_file, depth - 1)
        else:
            yield word


def _split(text: str) -> Iterator[str]:
    """Split a response file: blanks between words, quotes of both kinds, and a backslash makes any letter plain."""
    word: list[str] | None = None
    quote = ""
    letters = iter(text)
    for letter in letters:
        if letter == "\\":
            word = [*(word or ()), next(letters, "")]
        elif quote or letter in "'\"":
            word = word or []
            if letter == quote:
                quote = ""
            elif quote:
                word.append(letter)
            else:
                quote = letter
        elif letter.isspace():
            if word is not None:
                yield "".join(word)
            word = None
        else:
            word = [*(word or ()), letter]
    if word is not None:
        yield "".join(word)


def _output(words: Sequence[str]) -> str:
    found = "a.out"
    for before, word in zip(("", *words), words, strict=False):
        if before in ("-o", "--output"):
            found = word
        elif word.startswith("--output="):
            found = word.removeprefix("--output=")
        elif word.startswith("-o") and word != "-o" and before not in WITH_VALUE:
            found = word.removeprefix("-o")
    return found


def _renamed(words: Sequence[str], output: str) -> Iterator[str]:
    """Leave every naming of the output away and name the other one at the end."""
    for before, word in zip(("", *words), words, strict=False):
        named = word in ("-o", "--output") or word.startswith("--output=") or (word.startswith("-o") and len(word) > 2)
        if before not in ("-o", "--output") and not (named and before not in WITH_VALUE):
            yield word
    yield from ("-o", output)


def _inputs(words: Sequence[str], is_file: Callable[[str], bool]) -> Iterator[str]:
    folders: list[str] = []
    for before, word in zip(("", *words), words, strict=False):
        if before in {"-L", "--library-path"}:
            folders.append(word)
        elif word.startswith("-L") and len(word) > 2:
            folders.append(word[2:])
        elif word.startswith("--library-path="):
            folders.append(word.partition("=")[2])
    suffixes: tuple[str, ...] = _SHARED
    for before, word in zip(("", *words), words, strict=False):
        suffixes = _ARCHIVES if word in _STATIC else _SHARED if word in _DYNAMIC else suffixes
        name = _library(before, word)
        if name:
            yield from _archive(name, folders, suffixes, is_file)
        elif (
            not word.startswith("-")
            and before not in WITH_VALUE
            and ".so" not in os.path.basename(word)
            and is_file(word)
        ):
            yield word


def _library(before: str, word: str) -> str | None:
    """Give the name of the library that a word asks for; None when it asks for none."""
    if before in ("-l", "--library"):
        return word
    if word.startswith("--library="):
        return word.removeprefix("--library=")
    return word[2:] if word.startswith("-l") else None


def _archive(
    name: str, folders: Iterable[str], suffixes: Sequence[str], is_file: Callable[[str], bool]
) -> Iterator[str]:
    """Find the archive that `-lNAME` takes: in the first folder that has the library in any form, when it is one."""
    for folder in folders:
        if name.startswith(":"):
            candidates = [os.path.join(folder, name[1:])]
        else:
            candidates = [os.path.join(folder, f"lib{name}{suffix}") for suffix in suffixes]
        found = next((path for path in candidates if is_file(path)), None)
        if found is not None:
            if found.endswith(".a"):
                yield found
            return
