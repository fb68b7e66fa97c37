"""`.symver` directives: bind a symbol to an older version of itself.

The assembler directive `.symver pow,pow@GLIBC_2.2.5` makes every reference to `pow` in its unit ask for that version
(GNU as manual, ".symver"). In a header that the compiler is forced to read first (`-include`) it stands before any
use, and leaves no trace in units that do not use the symbol. It reaches what is compiled from source, nothing that
was compiled before: not archives, not libstdc++.a.

The version chosen is the highest that the target has, never the lowest: `pthread_cond_wait@GLIBC_2.2.5` is another,
broken, condition variable than `@GLIBC_2.3.2`.
"""

from __future__ import annotations

import re

from glibcheck.catalogue.homes import old_home
from glibcheck.catalogue.reversions import why_unsafe
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.plan import Directive, NoOlder
from glibcheck.model.record import Record
from glibcheck.model.versions import order, release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from glibcheck.model.image import ElfImage, Export
    from glibcheck.model.target import Target

    Exports = Mapping[Soname, tuple[Export, ...]]


COMPAT_MACRO = "GLIBCHECK_COMPAT"


class Wanted(Record):
    """A symbol that is bound, or would be, to a version that the target lacks, and the library that has it here."""

    library: Soname
    version: VersionName
    symbol: SymbolName


def bind(symbol: SymbolName, version: VersionName, exports: Iterable[Export], target: Target) -> Directive | NoOlder:
    """Find the version to bind a symbol to, when new links get `version` and the target does not have that.

    `exports` are those of the library that provides it here; only what the linker finds there can be bound to.
    """
    versions = {export.version for export in exports if export.name == symbol and export.version is not None}
    usable = [name for name in versions if release(name) and target.allows(name)]
    if not usable:
        return NoOlder(symbol, version, _first_in(versions or {version}))
    unsafe = why_unsafe(symbol, version)
    if unsafe is not None:
        return NoOlder(symbol, version, f"its older version must not be used: {unsafe}")
    return Directive(symbol, max(usable, key=order), old_home(symbol, target))


def wanted_by_file(image: ElfImage, target: Target) -> Iterator[Wanted]:
    """Give the symbols of glibc that a linked file binds to a version that the target lacks."""
    for need in image.requirements:
        if need.version.startswith("GLIBC_") and not target.allows(need.version):
            yield from (Wanted(need.library, need.version, symbol) for symbol in need.symbols)


def wanted_by_name(names: Container[SymbolName], glibc: Exports, target: Target) -> Iterator[Wanted]:
    """Give those of the names that a new link would bind to a version that the target lacks."""
    for library, exports in glibc.items():
        for symbol, version in defaults(exports).items():
            if symbol in names and not target.allows(version):
                yield Wanted(library, version, symbol)


def wanted_by_any(glibc: Exports, target: Target) -> Iterator[Wanted]:
    """Give every symbol that a new link would bind to a version that the target lacks."""
    yield from wanted_by_name({row.name for exports in glibc.values() for row in exports}, glibc, target)


def bind_all(wanted: Iterable[Wanted], glibc: Exports, target: Target) -> tuple[Directive | NoOlder, ...]:
    """Bind each wanted symbol, sorted by symbol, each once."""
    answers = {bind(row.symbol, row.version, glibc.get(row.library, ()), target) for row in wanted}
    return tuple(sorted(answers, key=lambda answer: answer.symbol))


def defaults(exports: Iterable[Export]) -> dict[SymbolName, VersionName]:
    """Give the default version (`name@@VERSION`) of each public symbol: what a new link binds to.

    A library exports each version node as a symbol of its own name, too; those are left out.
    """
    return {
        row.name: row.version
        for row in exports
        if row.version is not None and not row.hidden and str(row.name) != row.version and release(row.version)
    }


def header(
    directives: Sequence[Directive], target: Target, machine: str, redirected: Container[SymbolName] = ()
) -> str:
    """Write a C header with the directives, sorted by symbol. No include: it must not fix feature macros.

    `redirected` are the symbols that a compat file redirects (see `fixes.compat_file`): what is linked with that file
    is compiled with `COMPAT_MACRO` defined, and there no directive may name them.
    """
    unique = sorted({found._replace(home=None) for found in directives})
    plain = [_directive(found) for found in unique if found.symbol not in redirected]
    elsewhere = [_directive(found) for found in unique if found.symbol in redirected]
    lines = [
        f"/* Binds symbols to the versions that {target.name} has. Made by glibcheck; compile with -include. */",
        "#ifndef GLIBCHECK_SYMVER_H",
        "#define GLIBCHECK_SYMVER_H",
        f"#if {condition(machine)} && !defined(__ASSEMBLER__)",
        *plain,
        *([f"#ifndef {COMPAT_MACRO}", *elsewhere, "#endif"] if elsewhere else []),
        "#endif",
        "#endif",
    ]
    return "\n".join(lines) + "\n"


def read_header(text: str) -> tuple[Directive, ...]:
    """Read the directives of a header that `header` wrote; their homes are not in it and are None."""
    found = re.findall(r'__asm__\("\.symver ([^,"]+),\1@([^"@]+)"\);', text)
    return tuple(Directive(SymbolName(symbol), VersionName(version), None) for symbol, version in found)


# The versions differ from machine to machine (GLIBC_2.2.5 is x86_64's first), so a header serves one.
_MACROS = {
    "x86_64": "defined(__x86_64__) && defined(__LP64__)",
    "i686": "defined(__i386__)",
    "aarch64": "defined(__aarch64__)",
    "armv7l": "defined(__arm__)",
    "ppc64": "defined(__powerpc64__) && defined(__BIG_ENDIAN__)",
    "ppc64le": "defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)",
    "s390x": "defined(__s390x__)",
    "riscv64": "defined(__riscv) && __riscv_xlen == 64",
    "loongarch64": "defined(__loongarch64)",
}


def _directive(found: Directive) -> str:
    return f'__asm__(".symver {found.symbol},{found.symbol}@{found.version}");'


def condition(machine: str) -> str:
    """Give the preprocessor's words for "this machine, with glibc", which must hold before any header is read."""
    return f"defined(__gnu_linux__) && {_MACROS[machine]}"


def _first_in(versions: Iterable[VersionName]) -> str:
    numbered = [name for name in versions if release(name)]
    return f"first appears in {min(numbered, key=order)}" if numbered else "has no numbered version"
