"""Explain: what a loader, linker or packaging tool said, in plain words, with who has what is missing and what to do.

The forms are those of glibc's loader (elf/dl-version.c, dl-lookup.c, dl-load.c), of musl's (ldso/dynlink.c), of GNU ld
and of auditwheel. A text may hold several messages, and a traceback or a log around them.
"""

from __future__ import annotations

import re
from itertools import islice

from glibcheck.catalogue.distributions import NODES, systems
from glibcheck.catalogue.glibc import LIBC, glibc
from glibcheck.catalogue.nodes import first_release
from glibcheck.catalogue.runtimes import GLIBC_MARKERS
from glibcheck.meanings import PLAIN, symbol_texts
from glibcheck.model.finding import ScannedFile
from glibcheck.model.names import SymbolName, VersionName
from glibcheck.model.record import Record
from glibcheck.model.versions import Release, release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Explanation(Record):
    """One message, explained.

    `message` is the part that was understood; `meaning`, `builder` and `user` are plain sentences: what it means, what
    the one who builds the file can do, what the one who only runs it can do. `library`, `version`, `symbol` and `file`
    (who asked) are None where the message has none. `since` says which release first had what is missing, None when
    that is not known; `systems` are the oldest releases of distributions that have it, () when that is not known.
    """

    message: str
    meaning: str
    builder: str
    user: str
    library: str | None = None
    version: str | None = None
    symbol: str | None = None
    file: str | None = None
    since: str | None = None
    systems: tuple[tuple[str, str], ...] = ()


class Asker(Record):
    """A file that asks for what is missing, and the symbols by which it does; () when it names a library or version."""

    path: str
    symbols: tuple[str, ...]


_QUOTE = "[`'\u2018\u2019\"]"
_FILE = r"(?P<file>[^\s()]+)"
_NAME = r"(?P<symbol>[A-Za-z_$.][\w$.]*)"
_LIBRARY = r"(?:(?P<library>[^\s:]+): )"
_VERSION = r"(?:,? version (?P<version>[\w.]+))"
_BARE = r"\b(?=(?:GLIBC|GLIBCXX|CXXABI|GCC)_\d)"  # as people shorten it: "GLIBCXX_3.4.30 not found"
_REQUIRED, _NEEDED = rf"(?: \(required by {_FILE}\))", rf"(?: \(needed by {_FILE}\))"
_NONE = "No such file or directory"
# What kind of message it is, words that it always has, and its form.
_FORMS = (
    (
        "version",
        " not found",
        rf"{_LIBRARY}?(?:version {_QUOTE}|{_BARE})(?P<version>[\w.]+){_QUOTE}? not found{_REQUIRED}?",
    ),
    ("symbol", "undefined symbol: ", rf"undefined symbol: {_NAME}{_VERSION}?"),
    ("symbol", "not defined in file ", rf"symbol {_NAME}{_VERSION}? not defined in file (?P<library>\S+)"),
    ("relocating", "Error relocating ", rf"Error relocating {_FILE}: {_NAME}: symbol not found"),
    ("library", "cannot open shared", rf"(?P<library>\S+\.so[\w.]*): cannot open shared object file: {_NONE}"),
    ("musl library", "Error loading shared", rf"Error loading shared library {_LIBRARY}{_NONE}{_NEEDED}?"),
    ("link", "undefined reference to ", rf"undefined reference to {_QUOTE}{_NAME}(?:@+(?P<version>[\w.]+))?{_QUOTE}"),
    ("stack", "cannot enable exec", rf"(?:{_FILE}: )?cannot enable executable stack as shared object requires"),
    ("isa", "CPU ISA level", rf"(?:{_FILE}: )?CPU ISA level is lower than required"),
    ("class", "wrong ELF class", rf"(?:{_FILE}: )?wrong ELF class: ELFCLASS(?:32|64)"),
    ("tls", "static TLS block", rf"(?:{_FILE}: )?cannot allocate memory in static TLS block"),
    ("no version", "no version information", rf"{_LIBRARY}?no version information available{_REQUIRED}"),
    ("auditwheel", "too-recent", r"too-recent versioned symbols"),
    ("wheel", "not a supported wheel", r"(?P<file>\S+\.whl) is not a supported wheel on this platform"),
)
_REACH = 1000  # characters on each side of those words; what is longer is no message, and patterns would take long
_MOST = 100  # messages of one text

UNDERSTOOD = (
    "version ... not found, undefined symbol, cannot open shared object file, Error relocating, undefined reference, "
    "cannot enable executable stack, CPU ISA level, wrong ELF class, static TLS block, no version information"
)


def explain(text: str, machine: str = "x86_64") -> tuple[Explanation, ...]:
    """Explain every message in a text, each once, in order, the first 100; () when none is understood."""
    found: dict[str, tuple[int, str, re.Match[str]]] = {}
    for kind, words, pattern in _FORMS:
        for start, match in islice(_matches(text, words, pattern), _MOST):
            found.setdefault(match.group(), (start, kind, match))
    rows = sorted(found.values(), key=lambda row: row[0])
    return tuple(_explained(kind, match, machine) for _, kind, match in rows[:_MOST])


def _matches(text: str, words: str, pattern: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Find messages of one form, with the place of each: around its words, in their line."""
    place, after = text.find(words), 0
    while place >= 0:
        start = max(text.rfind("\n", 0, place) + 1, place - _REACH, after)
        end = place + len(words) + _REACH
        match = next(re.finditer(pattern, text[start:end].partition("\n")[0]), None)
        after = place + len(words)
        if match is not None:
            yield start + match.start(), match
            after = max(after, start + match.end())
        place = text.find(words, after)


def askers(found: Explanation, files: Iterable[ScannedFile]) -> Iterator[Asker]:
    """Find who of the files asks for what a message is about, in their order."""
    for file in files:
        image = file.image
        if found.symbol is not None:
            named = [need for need in image.requirements if found.symbol in need.symbols]
            if named or found.symbol in image.unversioned:
                yield Asker(file.path, (found.symbol,))
        elif found.version is not None:
            rows = [need for need in image.requirements if need.version == found.version]
            if rows:
                yield Asker(file.path, tuple(symbol for need in rows for symbol in need.symbols))
        elif found.library is not None and found.library.rpartition("/")[2] in image.needed:
            yield Asker(file.path, ())


def _explained(kind: str, match: re.Match[str], machine: str) -> Explanation:
    parts = match.groupdict()
    library, version, symbol, file = (parts.get(name) for name in ("library", "version", "symbol", "file"))
    if kind == "version" and version is not None:
        return _version(match.group(), library, version, file)
    if symbol is not None:
        return _symbol(kind, match.group(), symbol, version, file, library, machine)
    meaning, builder, user = PLAIN[kind]
    return Explanation(match.group(), meaning, builder, user, library, version, None, file)


def _version(message: str, library: str | None, version: str, file: str | None) -> Explanation:
    since, places = _age(VersionName(version))
    name = (library or _library_of(version)).rpartition("/")[2]
    if version == "GLIBC_PRIVATE":
        meaning = f"The file was built with another build of {name} and uses its inner functions."
        builder = "Do not use private functions of glibc, nor bring its libraries along."
        user = "Install a build of the file for this system."
        return Explanation(message, meaning, builder, user, library, version, None, file)
    meaning = f"The file was linked on a system whose {name} is newer than the one here, and asks for {version} of it."
    builder = "Build for the oldest system: glibcheck fix, glibcheck symver, or a build system as old as the target."
    if version.startswith(("GLIBCXX_", "CXXABI_")):
        builder = "Link libstdc++ statically with its symbols private (glibcheck fix), or use an older compiler."
    user = "Use a newer system, or an older release of the package that was built for this one."
    return Explanation(message, meaning, builder, user, library, version, None, file, since, places)


def _library_of(version: str) -> str:
    """Name the library of a version where the message does not."""
    family = version.partition("_")[0]
    return {"GLIBC": "glibc", "GLIBCXX": "libstdc++", "CXXABI": "libstdc++"}.get(family, "library")


def _symbol(
    kind: str, message: str, symbol: str, version: str | None, file: str | None, library: str | None, machine: str
) -> Explanation:
    catalogue = glibc(machine)
    first = catalogue.first(SymbolName(symbol)) if catalogue else None
    rows = catalogue.rows(SymbolName(symbol)) if catalogue else ()
    merged = next((row.since for row in rows if row.version == version and row.library == LIBC), None)
    texts, node = symbol_texts(kind, symbol, version, first, merged)
    since, places = _age(VersionName(node)) if node else (None, ())
    return Explanation(message, *texts, library, version, symbol, file, since, places)


def _age(version: VersionName) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Tell the release that first had a version, and the distributions that have it."""
    found = GLIBC_MARKERS.get(version) or release(version)
    places = systems({found.family: found}) if found is not None and found.family in NODES else ()
    return _first(version, found), places


def _first(version: VersionName, found: Release | None) -> str | None:
    if found is not None and found.family == "GLIBC":
        return f"glibc {found.number}"
    first = first_release(version)
    return " ".join(first) if first else None
