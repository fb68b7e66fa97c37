"""Short ways to write the values that tests compare: strings in, nouns out."""

from __future__ import annotations

from collections.abc import Iterable

from glibcheck.fixes.situation import BuiltFile, Situation
from glibcheck.model.image import ElfImage, Export, Linkage, Reference, Requirement
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.plan import Declaration, Directive, NoOlder, Offence
from glibcheck.model.target import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.plan import OffenceKind

LIBC, LIBM, LIBDL, LIBPTHREAD, LIBRT = map(
    Soname, ("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1")
)
LIBSTDCXX = Soname("libstdc++.so.6")


def target(glibc: str, glibcxx: str = "3.4.25", markers: Iterable[str] = ()) -> Target:
    """Make a target that limits glibc and libstdc++."""
    limits = {"GLIBC": numbers(glibc), "GLIBCXX": numbers(glibcxx)}
    return Target(f"glibc-{glibc}", limits, frozenset(markers))


def numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def export(name: str, version: str | None = None, hidden: bool = False) -> Export:
    return Export(SymbolName(name), _version(version), hidden)


def exports(*rows: str) -> tuple[Export, ...]:
    """Make exports as the linker writes them: 'pow@@GLIBC_2.29', 'pow@GLIBC_2.2.5', 'main'."""
    found = []
    for row in rows:
        name, _, version = row.partition("@")
        hidden = bool(version) and not version.startswith("@")
        found.append(export(name, version.removeprefix("@") or None, hidden))
    return tuple(found)


def wants(name: str, version: str | None = None, library: str | None = None, weak: bool = False) -> Reference:
    return Reference(SymbolName(name), _version(version), None if library is None else Soname(library), weak)


def required(library: str, version: str, *symbols: str, weak: bool = False) -> Requirement:
    return Requirement(Soname(library), VersionName(version), weak, tuple(map(SymbolName, symbols)))


def image(
    *requirements: Requirement, needed: Iterable[str] = (), soname: str | None = None, unversioned: Iterable[str] = ()
) -> ElfImage:
    return ElfImage(
        machine="x86_64",
        elf_class=64,
        soname=None if soname is None else Soname(soname),
        needed=tuple(map(Soname, needed)),
        rpath=None,
        runpath=None,
        interp=None,
        verdef=(),
        requirements=requirements,
        unversioned=tuple(map(SymbolName, unversioned)),
    )


def linkage(
    *requirements: Requirement,
    needed: Iterable[str] = (),
    soname: str | None = None,
    defines: Iterable[str] = (),
    loose: Iterable[Reference] = (),
) -> Linkage:
    """Make a file of its requirements; `loose` are further references, `defines` exports as `exports` reads them."""
    bound = (wants(name, need.version, need.library, need.weak) for need in requirements for name in need.symbols)
    found = image(*requirements, needed=needed, soname=soname)
    return Linkage(found, exports(*defines), (*bound, *loose))


def declaration(
    name: str,
    sources: tuple[str, ...] | None = ("a.c",),
    include_dirs: tuple[str, ...] | None = (),
    libraries: tuple[str, ...] | None = (),
    extra_compile_args: tuple[str, ...] | None = (),
) -> Declaration:
    """Make what setup.py says of an extension."""
    return Declaration(name, "setup.py", 1, sources, include_dirs, libraries, extra_compile_args)


def built(path: str, found: Linkage, declared: Declaration | None = None, named_by: str | None = None) -> BuiltFile:
    return BuiltFile(path, found, declared, named_by)


def situation(
    wanted: Target, *files: BuiltFile, own: Iterable[str] | None = None, glibc: dict[Soname, tuple[Export, ...]]
) -> Situation:
    return Situation(wanted, files, None if own is None else frozenset(map(SymbolName, own)), glibc)


def offence(file: str, kind: OffenceKind, library: str, version: str, symbol: str | None) -> Offence:
    found = None if symbol is None else SymbolName(symbol)
    return Offence(file, kind, Soname(library), VersionName(version), found)


def directive(symbol: str, version: str, home: str | None = None) -> Directive:
    return Directive(SymbolName(symbol), VersionName(version), None if home is None else Soname(home))


def no_older(symbol: str, version: str, reason: str) -> NoOlder:
    return NoOlder(SymbolName(symbol), VersionName(version), reason)


def _version(name: str | None) -> VersionName | None:
    return None if name is None else VersionName(name)
