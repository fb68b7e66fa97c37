"""Rules about the version table: what the loader compares before it runs anything (LSB Core, "Symbol Versioning")."""

from __future__ import annotations

from glibcheck.model.verdict import Finding
from glibcheck.model.versions import release
from glibcheck.rules.case import Case, Rule
from glibcheck.rules.remedies import for_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.model.image import Requirement

_RELR = "GLIBC_ABI_DT_RELR"
_PRIVATE = "GLIBC_PRIVATE"


def _too_new(case: Case) -> Iterator[Finding]:
    for need in _missing(case):
        if need.version != _PRIVATE and not _is_marker(need):
            has = _newest(case, need)
            for symbol in need.symbols or (None,):
                what = f" for {symbol}" if symbol else ", though no symbol asks for it"
                message = f"needs {need.version} of {need.library}{what}; {case.target.name} has {has}"
                fix = for_version(case, need.library, need.version, symbol)
                yield Finding("GC001", message, fix, need.library, need.version, symbol)


def _private(case: Case) -> Iterator[Finding]:
    for need in case.image.requirements:
        if need.version == _PRIVATE and not need.weak and case.target.libc == "glibc":
            for symbol in need.symbols or (None,):
                message = f"needs {symbol or 'a symbol'} of {need.library}, which is private to one build of glibc"
                fix = "use a public function; only glibc's own libraries may ask for GLIBC_PRIVATE"
                yield Finding("GC004", message, fix, need.library, need.version, symbol)


def _markers(case: Case) -> Iterator[Finding]:
    target = case.target
    for need in _missing(case):
        if _is_marker(need):
            message = f"needs a loader with {need.version}, which {target.name} has not"
            fix = "link with -Wl,-z,nopack-relative-relocs" if need.version == _RELR else "link on an older system"
            yield Finding("GC005", message, fix, need.library, need.version)
    marked = any(need.version == _RELR for need in case.image.requirements)
    if case.image.traits.relr and not marked and target.libc == "glibc" and not target.allows(_RELR):
        message = (
            f"has packed relocations (DT_RELR) that the loader of {target.name} does not apply, and does not say so"
        )
        yield Finding("GC005", message, "link with -Wl,-z,nopack-relative-relocs")


def _missing(case: Case) -> Iterator[Requirement]:
    return (need for need in case.image.requirements if not need.weak and not case.target.allows(need.version))


def _is_marker(need: Requirement) -> bool:
    return need.version.startswith("GLIBC_ABI_")


def _newest(case: Case, need: Requirement) -> str:
    """Say what the target has of the family of a version: 'GLIBC_2.17', 'none of it'."""
    found = release(need.version)
    numbers = case.target.limits.get(found.family) if found else None
    return f"{found.family}_{'.'.join(map(str, numbers))}" if found and numbers else "no such version"


TOO_NEW = Rule(
    "GC001",
    "version too new",
    """\
The file asks for a version of a library that the target does not have. The loader compares the versions that a
file names with those that the library defines before it runs anything, and refuses:

  /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by ./_ext.so)

It comes about whenever a file is linked on a system newer than the target: the linker binds each symbol to the
newest version that the library there offers. The code seldom needs what is new; the link does.

What helps depends on the symbol, and stands with each finding: many symbols have an older version that serves
as well (glibcheck fix, glibcheck symver), libstdc++ can be linked statically, a function that the target does
not have at all must be avoided or supplied. Building on a system as old as the target always helps.

A version that every reference asks for weakly (VER_FLG_WEAK) does not count: the loader only warns.""",
    _too_new,
)

PRIVATE = Rule(
    "GC004",
    "private to one glibc",
    """\
The file asks for a symbol of the version GLIBC_PRIVATE. Such symbols are the inner affairs of one build of
glibc: they change and go between any two builds, also between two of the same release, and the loader compares
nothing but the name.

It comes about when a program calls a function that no header declares, or when parts of glibc itself
(libresolv, libnss_files) are copied into a wheel: these work only with the libc they were built with, and must
not be brought along.""",
    _private,
)

MARKERS = Rule(
    "GC005",
    "loader too old",
    """\
The file needs an ability of the loader that the target's loader lacks. Linkers mark that with a version that
has no symbols, so that an old loader refuses the file instead of running it wrongly:

  version `GLIBC_ABI_DT_RELR' not found (required by ./_ext.so)

DT_RELR packs relative relocations (glibc 2.36 and newer apply them); linkers write it when told to by -z
pack-relative-relocs, which some distributions do by default. A file that has DT_RELR without the marker, as
some linkers write it, is worse: an old loader starts it with its pointers unrelocated, and it crashes.

Link with -Wl,-z,nopack-relative-relocs (bfd, gold and lld know it), or on a system as old as the target.""",
    _markers,
)
