"""Explain: what a loader, linker or packaging tool said, in plain words, with who has what is missing and what to do.

The forms are those of glibc's loader (elf/dl-version.c, dl-lookup.c, dl-load.c), of musl's (ldso/dynlink.c), of GNU ld
and of auditwheel. A text may hold several messages, and a traceback or a log around them.
"""

from __future__ import annotations

import re

from glibcheck.catalogue.distributions import NODES, systems
from glibcheck.catalogue.glibc import glibc
from glibcheck.catalogue.runtimes import GLIBC_MARKERS, gcc_release
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
_FORMS = (
    ("version", rf"{_LIBRARY}?version {_QUOTE}(?P<version>[\w.]+){_QUOTE} not found(?: \(required by {_FILE}\))?"),
    ("symbol", rf"undefined symbol: {_NAME}(?:, version (?P<version>[\w.]+))?"),
    ("symbol", rf"symbol {_NAME}(?:, version (?P<version>[\w.]+))? not defined in file (?P<library>\S+)"),
    ("relocating", rf"Error relocating {_FILE}: {_NAME}: symbol not found"),
    ("library", r"(?P<library>\S+\.so[\w.]*): cannot open shared object file: No such file or directory"),
    ("musl library", rf"Error loading shared library {_LIBRARY}No such file or directory(?: \(needed by {_FILE}\))?"),
    ("link", rf"undefined reference to {_QUOTE}{_NAME}(?:@+(?P<version>[\w.]+))?{_QUOTE}"),
    ("stack", rf"(?:{_FILE}: )?cannot enable executable stack as shared object requires"),
    ("isa", rf"(?:{_FILE}: )?CPU ISA level is lower than required"),
    ("class", rf"(?:{_FILE}: )?wrong ELF class: ELFCLASS(?:32|64)"),
    ("tls", rf"(?:{_FILE}: )?cannot allocate memory in static TLS block"),
    ("no version", rf"{_LIBRARY}?no version information available \(required by {_FILE}\)"),
    ("auditwheel", r"too-recent versioned symbols"),
    ("wheel", r"(?P<file>\S+\.whl) is not a supported wheel on this platform"),
)  # fmt: skip
_ANY = [(kind, re.compile(pattern)) for kind, pattern in _FORMS]

UNDERSTOOD = (
    "version ... not found, undefined symbol, cannot open shared object file, Error relocating, undefined reference, "
    "cannot enable executable stack, CPU ISA level, wrong ELF class, static TLS block, no version information"
)


def explain(text: str, machine: str = "x86_64") -> tuple[Explanation, ...]:
    """Explain every message in a text, each once, in order; () when none is understood."""
    found: dict[str, tuple[int, str, re.Match[str]]] = {}
    for kind, pattern in _ANY:
        for match in pattern.finditer(text):
            found.setdefault(match.group(), (match.start(), kind, match))
    rows = sorted(found.values(), key=lambda row: row[0])
    return tuple(_explained(kind, match, machine) for _, kind, match in rows)


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
    meaning, builder, user = _PLAIN[kind]
    return Explanation(match.group(), meaning, builder, user, library, version, None, file)


def _version(message: str, library: str | None, version: str, file: str | None) -> Explanation:
    since, places = _age(VersionName(version))
    name = (library or "the library").rpartition("/")[2]
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


def _symbol(
    kind: str, message: str, symbol: str, version: str | None, file: str | None, library: str | None, machine: str
) -> Explanation:
    if kind == "relocating":
        meaning = f"The musl here has no {symbol}: the file is built for a newer musl, or for glibc."
        builder, user = (
            "Build on the oldest Alpine that is to be supported.",
            "Install a musllinux wheel, or use a newer Alpine.",
        )
        return Explanation(message, meaning, builder, user, library, version, symbol, file)
    catalogue = glibc(machine)
    first = catalogue.first(SymbolName(symbol)) if catalogue else None
    if first is None:
        meaning = f"No library that was loaded has {symbol}, nor has any glibc: one is missing, or of another release."
        builder = "Link with the library that defines it, so that DT_NEEDED names it."
        user = "Install the library, in the release that the file was built with."
        return Explanation(message, meaning, builder, user, library, version, symbol, file)
    since, places = _age(VersionName(f"GLIBC_{'.'.join(map(str, first))}"))
    builder = "Compile what asks for it against an older glibc, or define it in a compat function."
    meaning = f"The file asks for {symbol}, which the glibc here does not have."
    if symbol.startswith("__isoc23_"):
        meaning += " The headers of glibc 2.38 put it in place of the older function in C23."
        builder = "Compile what asks for it (often a prebuilt archive) with -std=gnu17, or on an older system."
    elif version is not None and release(version) and first < (2, 34):
        meaning = f"The file expects {symbol} in libc.so.6; before glibc 2.34 it is in a library of its own."
        builder = "Put that library into DT_NEEDED (glibcheck fix does), or build on an older system."
    user = "Use a newer system, or an older release of the package that was built for this one."
    return Explanation(message, meaning, builder, user, library, version, symbol, file, since, places)


def _age(version: VersionName) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Tell the release that first had a version, and the distributions that have it."""
    found = GLIBC_MARKERS.get(version) or release(version)
    if found is None or found.family not in NODES:
        return None, ()
    return _first(found), systems({found.family: found})


def _first(found: Release) -> str | None:
    if found.family == "GLIBC":
        return f"glibc {found.number}"
    gcc = gcc_release(found)
    return f"GCC {gcc}" if gcc else None


# What it means, what the builder can do, what the user can do.
_PLAIN = {
    "library": (
        "The file needs a library that is not installed here, or not where the loader looks.",
        "Bring it into the wheel (auditwheel repair), or link it statically.",
        "Install the package that has the library, or name its directory in LD_LIBRARY_PATH.",
    ),
    "musl library": (
        "The file needs a library that is not installed here, or it is built for glibc and this system has musl.",
        "Build a musllinux wheel on Alpine, with its libraries brought along (auditwheel repair).",
        "Install the package that has the library (libstdc++ on Alpine), or a musllinux wheel.",
    ),
    "stack": (
        "The file asks for an executable stack, which glibc 2.41 and newer, and hardened systems, refuse.",
        "Add .note.GNU-stack sections to assembler sources and link with -Wl,-z,noexecstack.",
        "Install a newer release of the package; until then: patchelf --clear-execstack FILE.",
    ),
    "isa": (
        "The file was compiled for a newer processor than this one, and says so.",
        "Compile without -march=x86-64-v2 and the like, or choose code at run time.",
        "Use a newer processor, or a build for the first x86-64.",
    ),
    "class": (
        "The file is for another machine: 32 bits where 64 are wanted, or the other way around.",
        "Give the wheel the tag of the machine that it is built for.",
        "Install a build for this machine and this Python.",
    ),
    "tls": (
        "The file wants thread-local storage that must be there from the start, and that place is full.",
        "Compile with -ftls-model=global-dynamic, or -mtls-dialect=gnu2.",
        "Import the package earlier, or set GLIBC_TUNABLES=glibc.rtld.optional_static_tls=4096.",
    ),
    "no version": (
        "A warning: the library here defines no versions, though the file was linked with one that does.",
        "Link with the library that users have.",
        "Nothing needs to be done when it runs; else install the library that it was built with.",
    ),
    "auditwheel": (
        "The wheel's files need versions that the manylinux tag does not promise; auditwheel does not say which.",
        "glibcheck check --target TAG WHEEL names them, each with what to do.",
        "Nothing; this is for the one who builds the wheel.",
    ),
    "wheel": (
        "pip compared the tags in the wheel's name with this Python, machine and C library, and they do not fit.",
        "Build for older systems and other Pythons: see the tag with glibcheck check WHEEL.",
        "python -m pip debug --verbose lists the tags that fit here.",
    ),
}
