"""The folder of a product: its Python files, and of a native build those ELF files that Python gets to load.

A native build installs programs and libraries of all kinds. Of interest are the extension modules (they export
PyInit_*) and the libraries of the same product that these need, and that those need, by soname. The rest is counted.

A file has several names there: libtool installs `_x.so.0.0.0` and the links `_x.so.0` and `_x.so`. An extension module
goes by the name that Python imports, any other file by its own.
"""

from __future__ import annotations

import os

from glibcheck.wheel import elf_files, is_importable, module_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.model.image import Linkage

    Files = tuple[tuple[str, Linkage], ...]

_ELF = b"\x7fELF"
_SITES = ("site-packages", "dist-packages")


def all_elf_files(folder: str, whole: str) -> Files:
    """Read the programs and libraries of a product by path, links left out; raises InputError as `wheel.elf_files`."""
    return elf_files(_contents(folder, _ELF), whole)


def python_sources(folder: str) -> Iterator[tuple[str, bytes]]:
    """Give the Python files of a product by path."""
    return ((path, data) for path, data in _contents(folder, b"") if path.endswith(".py"))


def loaded_files(folder: str, whole: str) -> tuple[Files, int]:
    """Give the extension modules of a product and the libraries of it that they need, and count its other ELF files."""
    every = all_elf_files(folder, whole)
    names = {path: [path] for path, _ in every}
    for link, path in _links(folder):
        names.get(path, []).append(link)
    modules = {
        path: next((name for name in names[path] if is_importable(name, linkage)), None) for path, linkage in every
    }
    wanted = _needed(every, names, {path for path, name in modules.items() if name is not None})
    rows = [(modules[path] or path, linkage) for path, linkage in every if path in wanted]
    return tuple(sorted(rows)), len(every) - len(rows)


def module_places(folder: str, files: Files) -> tuple[tuple[str, str, str], ...]:
    """Say of each extension module where Python finds it: a folder for `sys.path`, its name from there, its path.

    The folder is the one that is called site-packages or dist-packages; else the first one upwards that is no package.
    """
    paths = [path for path, linkage in files if is_importable(path, linkage)]
    rows = ((_site(folder, path), path) for path in paths)
    return tuple(
        (os.path.join(folder, site), module_name(path[len(site) :].lstrip("/")), os.path.join(folder, path))
        for site, path in rows
    )


def library_folders(folder: str, files: Files) -> tuple[str, ...]:
    """List the folders of the libraries that extension modules need, in which the loader must look."""
    paths = (path for path, linkage in files if not is_importable(path, linkage))
    return tuple(dict.fromkeys(os.path.join(folder, os.path.dirname(path)) for path in paths))


def _needed(every: Files, names: dict[str, list[str]], modules: set[str]) -> set[str]:
    """Follow what the modules need through the product, by soname or by file name as the loader does."""
    by_name: dict[str, set[str]] = {}
    for path, linkage in every:
        for name in {linkage.image.soname or "", *map(os.path.basename, names[path])} - {""}:
            by_name.setdefault(name, set()).add(path)
    needed = {path: linkage.image.needed for path, linkage in every}
    wanted, ahead = set(modules), list(modules)
    while ahead:
        found = {path for name in needed[ahead.pop()] for path in by_name.get(name, ())} - wanted
        wanted |= found
        ahead += found
    return wanted


def _site(folder: str, path: str) -> str:
    parts = path.split("/")[:-1]
    for end in range(len(parts), 0, -1):
        if parts[end - 1] in _SITES:
            return "/".join(parts[:end])
    while parts and os.path.isfile(os.path.join(folder, *parts, "__init__.py")):
        parts.pop()
    return "/".join(parts)


def _contents(folder: str, start: bytes) -> Iterator[tuple[str, bytes]]:
    """Read the regular files that start so, sorted by path."""
    for path in _paths(folder):
        place = os.path.join(folder, path)
        if os.path.isfile(place) and not os.path.islink(place):
            with open(place, "rb") as stream:
                head = stream.read(len(start))
                if head == start:
                    yield path, head + stream.read()


def _links(folder: str) -> Iterator[tuple[str, str]]:
    """Give the links to files, each with the path of the file in the folder."""
    real = os.path.realpath(folder)
    for path in _paths(folder):
        place = os.path.join(folder, path)
        if os.path.islink(place):
            yield path, os.path.relpath(os.path.realpath(place), real)


def _paths(folder: str) -> list[str]:
    return sorted(
        os.path.relpath(os.path.join(place, name), folder) for place, _, names in os.walk(folder) for name in names
    )
