"""What the dynamic loader would do with a file: find its libraries and bind its symbols, without running it.

ld.so(8), section "DESCRIPTION", gives the search order for a DT_NEEDED name without a slash:

1. DT_RPATH of the object that needs it, then of the object that loaded that one, and so on up to the scanned
   file, all of it only when the object has no DT_RUNPATH;
2. LD_LIBRARY_PATH;
3. DT_RUNPATH of the object that needs it;
4. /etc/ld.so.cache (which was made from /etc/ld.so.conf);
5. the default directories.

A file of another class or machine is passed over. An object that was loaded already is not looked for again.
Loading goes breadth first, and that order is also the order of symbol look-up.

What stays unknown without running: the processor's glibc-hwcaps directories, preloaded libraries, and the
program that will load an extension, whose own libraries come first in the look-up.
"""

from __future__ import annotations

import os
import struct
from collections import deque

from glibcheck.model.closure import Binding, Closure, Library
from glibcheck.model.image import ElfImage, Export, Linkage, Reference
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_CACHE_MAGIC, _OLD_CACHE_MAGIC = b"glibc-ld.so.cache1.1", b"ld.so-1.7.0\0"
_MOST_LIBRARIES = 10_000  # a ring of made-up sonames must end

# Debian's multiarch names, where they are not the machine's name followed by -linux-gnu.
_TRIPLETS = {"armv7l": "arm-linux-gnueabihf", "i686": "i386-linux-gnu", "ppc64le": "powerpc64le-linux-gnu"}


class SearchPath(Record):
    """The settings of the loader: `library_path` is LD_LIBRARY_PATH, `cache` maps a soname to its files.

    `directories` are those of /etc/ld.so.conf when there is no cache.
    """

    library_path: tuple[str, ...] = ()
    cache: Mapping[str, tuple[str, ...]] = {}
    directories: tuple[str, ...] = ()


def default_directories(machine: str) -> tuple[str, ...]:
    """List the trusted directories for a machine: Debian's multiarch ones first, then what other systems use."""
    triplet = _triplet(machine)
    return (f"/lib/{triplet}", f"/usr/lib/{triplet}", "/lib64", "/usr/lib64", "/lib", "/usr/lib")


def _triplet(machine: str) -> str:
    return _TRIPLETS.get(machine, f"{machine}-linux-gnu")


def load(path: str, search: SearchPath, read: Callable[[str], Linkage | None]) -> Closure:
    """Find all that the file at `path` loads and bind it; `read` gives None for what is no readable ELF file.

    Raises: whatever `read` raises for `path` itself; a library that is missing is part of the result.
    """
    libraries = _find_all(path, search, read)
    return Closure(libraries, *_bind(libraries))


def read_cache(data: bytes) -> dict[str, tuple[str, ...]]:
    """Read /etc/ld.so.cache: soname to paths, best first. A damaged cache gives what could be read.

    The format is that of ldconfig(8), "glibc-ld.so.cache1.1": a header with the number of entries, entries of
    (flags, soname, path, osversion, hwcap), names as offsets from the header. Entries for a special hwcap are
    passed over, as they depend on the processor.
    """
    start = 0
    if data.startswith(_OLD_CACHE_MAGIC) and len(data) >= 16:
        start = (16 + 12 * struct.unpack_from("=I", data, 12)[0] + 7) // 8 * 8
    if data[start : start + 20] != _CACHE_MAGIC or len(data) < start + 48:
        return {}
    (count,) = struct.unpack_from("=I", data, start + 20)
    found: dict[str, list[str]] = {}
    entries = data[start + 48 : start + 48 + 24 * count]
    entries = entries[: len(entries) // 24 * 24]
    for _, key, value, _, hwcap in struct.iter_unpack("=iIIIQ", entries):
        if hwcap == 0:
            found.setdefault(_text(data, start + key), []).append(_text(data, start + value))
    return {soname: tuple(paths) for soname, paths in found.items()}


def read_conf(text: str, include: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Read /etc/ld.so.conf: its directories in order; `include` gives the texts that a pattern names."""
    directories: list[str] = []
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words[:1] == ["include"]:
            for pattern in words[1:]:
                for inner in include(pattern):
                    directories += read_conf(inner, lambda _: ())
        elif words and words[0] != "hwcap":
            directories += [part for word in words for part in word.replace(":", " ").replace(",", " ").split()]
    return tuple(directories)


def _text(data: bytes, offset: int) -> str:
    end = data.find(b"\0", offset)
    return os.fsdecode(data[offset : end if end >= 0 else len(data)])


class _Loaded(Record):
    """A library that was found, its image, and who loaded it first (None for the scanned file)."""

    library: Library
    image: ElfImage
    loader: _Loaded | None


def _find_all(path: str, search: SearchPath, read: Callable[[str], Linkage | None]) -> tuple[Library, ...]:
    name = Soname(os.path.basename(path))
    first = Library(name, path, "the file itself", (name,), read(path))
    order, queue, known = [first], deque(_followed(first, None)), _names(first)
    while queue and len(order) < _MOST_LIBRARIES:
        user = queue.popleft()
        for name in user.image.needed:
            if name not in known:
                found = _find(name, user, search, read)
                order.append(found)
                queue.extend(_followed(found, user))
                known |= _names(found)
    return tuple(order)


def _followed(library: Library, loader: _Loaded | None) -> tuple[_Loaded, ...]:
    return (_Loaded(library, library.linkage.image, loader),) if library.linkage else ()


def _names(library: Library) -> set[Soname | None]:
    """Give the names under which a loaded object is known: how it was asked for, and its soname."""
    return {library.name} | ({library.linkage.image.soname} if library.linkage else set())


def _find(name: Soname, user: _Loaded, search: SearchPath, read: Callable[[str], Linkage | None]) -> Library:
    chain = (*user.library.chain, name)
    for path, rule in _candidates(name, user, search):
        linkage = read(path)
        if linkage is not None and _same_kind(linkage.image, user.image):
            return Library(name, path, rule, chain, linkage)
    return Library(name, None, "not found", chain, None)


def _same_kind(image: ElfImage, other: ElfImage) -> bool:
    return (image.machine, image.elf_class) == (other.machine, other.elf_class)


def _candidates(name: str, user: _Loaded, search: SearchPath) -> Iterator[tuple[str, str]]:
    """Give the paths where the loader would look, in order, each with the rule that leads there."""
    if "/" in name:
        yield _expand(name, user), "a path in DT_NEEDED"
        return
    if user.image.runpath is None:
        for owner in _loaders(user):
            # An object with both has its DT_RPATH ignored.
            if owner.image.runpath is None:
                yield from _in_path(name, owner.image.rpath, owner, "rpath")
    for directory in search.library_path:
        yield os.path.join(directory or ".", name), "LD_LIBRARY_PATH"
    yield from _in_path(name, user.image.runpath, user, "runpath")
    for path in search.cache.get(name, ()):
        yield path, "ld.so.cache"
    for directory in search.directories:
        yield os.path.join(directory, name), "ld.so.conf"
    for directory in default_directories(user.image.machine):
        yield os.path.join(directory, name), "default directory"


def _loaders(user: _Loaded | None) -> Iterator[_Loaded]:
    while user is not None:
        yield user
        user = user.loader


def _in_path(name: str, directories: str | None, owner: _Loaded, rule: str) -> Iterator[tuple[str, str]]:
    for directory in directories.split(":") if directories is not None else ():
        # An empty entry means the working directory, so we look where the loader would.
        yield os.path.join(_expand(directory, owner) or ".", name), f"{rule} {directory} of {owner.library.name}"


def _expand(text: str, owner: _Loaded) -> str:
    """Replace $ORIGIN, $LIB and $PLATFORM, with or without braces (ld.so(8), "Dynamic string tokens")."""
    tokens = {
        "ORIGIN": os.path.dirname(os.path.abspath(owner.library.path or "")),
        "LIB": f"lib/{_triplet(owner.image.machine)}",
        "PLATFORM": owner.image.machine,
    }
    for token, value in tokens.items():
        text = text.replace(f"${{{token}}}", value).replace(f"${token}", value)
    return text


def _bind(libraries: tuple[Library, ...]) -> tuple[tuple[Binding, ...], tuple[Binding, ...]]:
    """Look every reference up in load order, as the loader does for the scope of the scanned file."""
    definitions = _definitions(libraries)
    used: dict[tuple[Soname, Soname], set[SymbolName]] = {}
    nowhere: dict[Soname, set[SymbolName]] = {}
    for library in libraries:
        if library.linkage is None:
            continue
        for name in library.linkage.image.needed:
            used.setdefault((library.name, _canonical(name, libraries)), set())
        for wanted in library.linkage.references:
            provider = _provider(wanted, library, definitions.get(wanted.name, ()))
            if provider is not None:
                used.setdefault((library.name, provider), set()).add(wanted.name)
            elif not wanted.weak:
                nowhere.setdefault(library.name, set()).add(wanted.name)
    rank = {library.name: number for number, library in enumerate(libraries)}
    bindings = [Binding(user, provider, tuple(sorted(names))) for (user, provider), names in used.items()]
    bindings.sort(key=lambda binding: (rank[binding.user], rank[binding.provider]))
    unresolved = [Binding(user, Soname(""), tuple(sorted(names))) for user, names in nowhere.items()]
    return tuple(bindings), tuple(unresolved)


def _canonical(name: Soname, libraries: tuple[Library, ...]) -> Soname:
    """Give the name under which the closure holds a needed library: two names may mean one soname."""
    for library in libraries:
        if library.name == name or (library.linkage and library.linkage.image.soname == name):
            return library.name
    return name


def _definitions(libraries: tuple[Library, ...]) -> dict[SymbolName, list[tuple[Library, Export]]]:
    """Collect the definitions of all symbols that anybody wants, in load order."""
    wanted = {ref.name for library in libraries if library.linkage for ref in library.linkage.references}
    found: dict[SymbolName, list[tuple[Library, Export]]] = {}
    for library in libraries:
        for export in library.linkage.exports if library.linkage else ():
            if export.name in wanted:
                found.setdefault(export.name, []).append((library, export))
    return found


def _provider(wanted: Reference, user: Library, definitions: Iterable[tuple[Library, Export]]) -> Soname | None:
    """Choose as the loader does: the first library with a definition that matches.

    A file that defines what it wants of another library has a copy relocation: its own copy is filled from the other's
    (gABI, R_*_COPY), so its own definition does not count for it, only for everybody else.
    """
    for library, export in definitions:
        if library is user and wanted.library is not None:
            continue
        if _matches(wanted.version, export, library):
            return library.name
    return None


def _matches(version: VersionName | None, export: Export, library: Library) -> bool:
    """Say whether a definition satisfies a reference to `version`.

    A reference without a version takes the base or the default definition, never a hidden one; a reference
    with a version takes any definition of a library that has no versions at all.
    """
    if version is None:
        return not export.hidden
    unversioned_library = library.linkage is not None and not library.linkage.image.verdef
    return export.version == version or unversioned_library
