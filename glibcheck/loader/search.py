"""Where the loader looks for a library, in order, each place with the rule that leads there: ld.so(8), "DESCRIPTION".

The order for a name without a slash is told in `glibcheck.loader`. Each directory of any of these lists is preceded by
its glibc-hwcaps subdirectories. Which of those the loader takes depends on the processor, so by default none is
chosen; `SearchPath.hwcaps` chooses.

Traps: an empty list of directories means none, but an empty entry of a list means the working directory; and a token
such as $ORIGIN ends where the word ends, so $ORIGINAL is none (elf/dl-load.c, is_dst).
"""

from __future__ import annotations

import os
import re

from glibcheck.model.closure import CACHE, CONFIGURED, DEFAULT, LOADER, Library
from glibcheck.model.image import ElfImage
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_LONGEST_PATH = 4096  # PATH_MAX; the kernel opens none that is longer

# Debian's multiarch names, where they are not the machine's name followed by -linux-gnu.
_TRIPLETS = {"armv7l": "arm-linux-gnueabihf", "i686": "i386-linux-gnu", "ppc64le": "powerpc64le-linux-gnu"}

# Where glibc's loader is on each machine (its sysdeps/unix/sysv/linux/*/shlib-versions).
_LOADERS = {
    "x86_64": "/lib64/ld-linux-x86-64.so.2",
    "i686": "/lib/ld-linux.so.2",
    "aarch64": "/lib/ld-linux-aarch64.so.1",
    "armv7l": "/lib/ld-linux-armhf.so.3",
    "ppc64le": "/lib64/ld64.so.2",
    "s390x": "/lib/ld64.so.1",
    "riscv64": "/lib/ld-linux-riscv64-lp64d.so.1",
    "loongarch64": "/lib64/ld-linux-loongarch-lp64d.so.1",
}

_TOKEN = re.compile(r"\$(?:\{(?P<braced>ORIGIN|LIB|PLATFORM)\}|(?P<bare>ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_]))")


class SearchPath(Record):
    """The settings of the loader: `library_path` is LD_LIBRARY_PATH, `cache` maps a soname to its files.

    `directories` are those of /etc/ld.so.conf when there is no cache. `hwcaps` are the glibc-hwcaps subdirectories that
    the processor takes, best first: ("x86-64-v3", "x86-64-v2").
    """

    library_path: tuple[str, ...] = ()
    cache: Mapping[str, tuple[str, ...]] = {}
    directories: tuple[str, ...] = ()
    hwcaps: tuple[str, ...] = ()


class Loaded(Record):
    """A library that was found, its image, who loaded it first (None for the scanned file), and what $ORIGIN is."""

    library: Library
    image: ElfImage
    loader: Loaded | None
    origin: str
    no_defaults: bool


def default_directories(machine: str) -> tuple[str, ...]:
    """List the trusted directories for a machine: Debian's multiarch ones first, then what other systems use."""
    triplet = _triplet(machine)
    return (f"/lib/{triplet}", f"/usr/lib/{triplet}", "/lib64", "/usr/lib64", "/lib", "/usr/lib")


def candidates(text: str, user: Loaded, search: SearchPath) -> Iterator[tuple[str | None, str]]:
    """Give the paths where the loader would look for a DT_NEEDED of `user`, in order, each with the rule.

    None is for the cache, when it was asked and knows no such library.
    """
    name = _expand(text, user)
    if name is None:
        return
    if "/" in name:
        yield name, "a path in DT_NEEDED"
        return
    yield from _loader_itself(name, user)
    for directory, rule in _directories(user, search):
        if directory is None:
            paths = [*_cached(name, user, search)]
            yield from paths
            if search.cache and not paths:
                yield None, CACHE
        else:
            yield from _in_directory(directory, name, search.hwcaps, rule)


def _directories(user: Loaded, search: SearchPath) -> Iterator[tuple[str | None, str]]:
    """Give the directories in order, each with its rule; None stands for the cache."""
    if user.image.runpath is None:
        for owner in _loaders(user):
            # An object with both has its DT_RPATH ignored.
            if owner.image.runpath is None:
                yield from _listed(owner.image.rpath, owner, "rpath")
    for directory in _each_once(search.library_path):
        yield directory, "LD_LIBRARY_PATH"
    yield from _listed(user.image.runpath, user, "runpath")
    yield None, CACHE
    if not user.no_defaults:
        for directory in _each_once(search.directories):
            yield directory, CONFIGURED
        for directory in default_directories(user.image.machine):
            yield directory, DEFAULT


def _loader_itself(name: str, user: Loaded) -> Iterator[tuple[str, str]]:
    """Give the loader when it is asked for: it is there before it looks for anything, so no rpath leads to another."""
    *_, first = _loaders(user)
    path = first.image.interp or _LOADERS.get(user.image.machine)
    if path is not None and os.path.basename(path) == name:
        yield path, LOADER


def _cached(name: str, user: Loaded, search: SearchPath) -> Iterator[tuple[str, str]]:
    """Give what the cache has of a name: of the chosen glibc-hwcaps directories first, in the order of choice."""
    paths = search.cache.get(name, ())
    if user.no_defaults:
        paths = tuple(path for path in paths if os.path.dirname(path) not in default_directories(user.image.machine))
    for subdirectory in search.hwcaps:
        for path in paths:
            if path.endswith(f"/glibc-hwcaps/{subdirectory}/{name}"):
                yield path, CACHE
    for path in paths:
        if "/glibc-hwcaps/" not in path:
            yield path, CACHE


def _in_directory(directory: str, name: str, hwcaps: Iterable[str], rule: str) -> Iterator[tuple[str, str]]:
    for subdirectory in hwcaps:
        yield os.path.join(directory, "glibc-hwcaps", subdirectory, name), rule
    yield os.path.join(directory, name), rule


def _loaders(user: Loaded | None) -> Iterator[Loaded]:
    while user is not None:
        yield user
        user = user.loader


def _listed(text: str | None, owner: Loaded, rule: str) -> Iterator[tuple[str, str]]:
    """Give the directories of an rpath or runpath, each once; an empty entry is the working directory."""
    seen = set()
    for entry in text.split(":") if text else ():
        directory = _expand(entry, owner)
        if directory is not None and (directory or not entry) and _plain(directory) not in seen:
            seen.add(_plain(directory))
            yield _plain(directory), f"{rule} {entry} of {owner.library.name}"


def _each_once(directories: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(map(_plain, directories))


def _plain(directory: str) -> str:
    """Take slashes from the end of a directory, but for the root."""
    return directory.rstrip("/") or directory[:1]


def _expand(text: str, owner: Loaded) -> str | None:
    """Replace $ORIGIN, $LIB and $PLATFORM, with or without braces (ld.so(8), "Dynamic string tokens").

    $PLATFORM is the processor's, and taken to be the machine's name. None when the result is too long to be a path.
    """
    if "$" not in text:
        return text
    machine = owner.image.machine
    values = {"ORIGIN": owner.origin, "LIB": f"lib/{_triplet(machine)}", "PLATFORM": machine}
    tokens = [match["braced"] or match["bare"] for match in _TOKEN.finditer(text)]
    if sum(len(values[token]) for token in tokens) > _LONGEST_PATH:
        return None
    return _TOKEN.sub(lambda match: values[match["braced"] or match["bare"]], text)


def _triplet(machine: str) -> str:
    return _TRIPLETS.get(machine, f"{machine}-linux-gnu")
