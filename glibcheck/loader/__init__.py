"""What the dynamic loader would do with a file: find its libraries and bind its symbols, without running it.

ld.so(8), section "DESCRIPTION", gives the search order for a DT_NEEDED name without a slash:

1. DT_RPATH of the object that needs it, then of the object that loaded that one, and so on up to the scanned
   file, all of it only when the object has no DT_RUNPATH;
2. LD_LIBRARY_PATH;
3. DT_RUNPATH of the object that needs it;
4. /etc/ld.so.cache (which was made from /etc/ld.so.conf);
5. the default directories; neither these nor what the cache has of them, when the object says DF_1_NODEFLIB.

A file of another class or machine is passed over. One that is damaged ends the search, and the program with it: the
loader looks no further. An object that was loaded already is not looked for again, whether it is known by its soname,
by a name that it was asked for with, or as the same file under another path. Loading goes breadth first, and that order
is also the order of symbol look-up (`loader.binding`). The loader itself is an object like others there, and stands
where it is first needed.

What stays unknown without running: the processor's glibc-hwcaps directories (see `loader.search`), preloaded libraries
(LD_PRELOAD, /etc/ld.so.preload), what is loaded by dlopen() before or after, and the program that will load an
extension, whose own libraries come first in the look-up.
"""

from __future__ import annotations

import os
from collections import deque

from glibcheck.loader.binding import bind
from glibcheck.loader.configuration import read_cache, read_conf
from glibcheck.loader.search import Loaded, SearchPath, candidates, default_directories
from glibcheck.model.closure import CACHE, Closure, Library
from glibcheck.model.loading import Damaged
from glibcheck.model.names import Soname

__all__ = ["SearchPath", "default_directories", "load", "read_cache", "read_conf"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from glibcheck.model.image import ElfImage, Linkage

    Read = Callable[[str], Linkage | Damaged | None]

# A ring of made-up sonames must end, and so must an rpath of a thousand directories.
_MOST_LIBRARIES = 10_000
_MOST_TRIES = 100_000


def load(path: str, linkage: Linkage, search: SearchPath, read: Read, origin: str | None = None) -> Closure:
    """Find all that a file loads and bind it.

    `read` gives None for a path where no file is that may be read; the same value for two paths means the same file.
    `origin` is what $ORIGIN means in the file, by default the folder of `path`. What is missing is part of the result.
    """
    search_run = _Search(search, read)
    search_run.run(path, linkage, origin)
    libraries = tuple(search_run.libraries)
    return Closure(libraries, *bind(libraries, search_run.needed))


class _Search:
    """One run of the loader: `libraries` in load order, and `needed`, each DT_NEEDED as numbers of two of them."""

    def __init__(self, search: SearchPath, read: Read) -> None:
        self.libraries: list[Library] = []
        self.needed: list[tuple[int, int]] = []
        self._search, self._read = search, read
        self._known: dict[str, int] = {}  # by soname, by the names asked for, by path
        self._files: dict[int, int] = {}  # by the identity of what was read
        self._missing: dict[Soname, int] = {}
        self._tries = 0
        self._queue: deque[tuple[int, Loaded]] = deque()

    def run(self, path: str, linkage: Linkage, origin: str | None) -> None:
        """Load the scanned file and all that it brings."""
        name = Soname(os.path.basename(path))
        first = Library(name, path, "the file itself", (name,), linkage)
        self._add(first, linkage, None, _folder(path) if origin is None else origin)
        while self._queue:
            number, user = self._queue.popleft()
            for needed in user.image.needed:
                if len(self.libraries) > _MOST_LIBRARIES:
                    return
                self.needed.append((number, self._number(needed, user)))

    def _number(self, name: Soname, user: Loaded) -> int:
        """Give the number of a library that `user` needs, which is loaded when it was not before."""
        if name in self._known:
            return self._known[name]
        found, linkage = self._find(name, user)
        if linkage is not None:
            number = self._files.get(id(linkage))
            if number is None:
                number = self._add(found, linkage, user, _folder(found.path or ""))
            self._known[name] = number
            return number
        # What one did not find another may: each has its own runpath.
        if name not in self._missing:
            self._missing[name] = len(self.libraries)
            self.libraries.append(found)
        return self._missing[name]

    def _add(self, library: Library, linkage: Linkage, loader: Loaded | None, origin: str) -> int:
        number = len(self.libraries)
        self.libraries.append(library)
        for name in (library.path, linkage.image.soname):
            if name is not None:
                self._known.setdefault(name, number)
        self._files[id(linkage)] = number
        no_defaults = linkage.loading is not None and linkage.loading.no_defaults
        self._queue.append((number, Loaded(library, linkage.image, loader, origin, no_defaults)))
        return number

    def _find(self, name: Soname, user: Loaded) -> tuple[Library, Linkage | None]:
        """Look for a library; what comes with it is None when it was not found or is damaged."""
        chain = (*user.library.chain, name)
        if len(self.libraries) == _MOST_LIBRARIES:
            problem = f"there are over {_MOST_LIBRARIES} libraries"
            return Library(name, None, "not looked for", chain, None, problem=problem), None
        tried: dict[str, None] = {}
        for path, rule in candidates(name, user, self._search):
            if self._tries == _MOST_TRIES:
                problem = f"the libraries together name over {_MOST_TRIES} places to look at"
                return Library(name, None, "not looked for", chain, None, tuple(tried), problem), None
            self._tries += 1
            tried[CACHE if path is None or rule == CACHE else os.path.dirname(path) or "."] = None
            found = None if path is None else self._read(path)
            if isinstance(found, Damaged):
                if _passed_over(found.machine, found.elf_class, user.image):
                    continue
                problem = f"is damaged: {found.reason}"
                return Library(name, path, rule, chain, None, problem=problem), None
            if found is not None and not _passed_over(found.image.machine, found.image.elf_class, user.image):
                return Library(name, path, rule, chain, found), found
        return Library(name, None, "not found", chain, None, tuple(tried)), None


def _folder(path: str) -> str:
    """Give the folder of a file, as the loader names it: a '..' in it may lead back from where a link has led."""
    return os.path.dirname(os.path.join(os.getcwd(), path))


def _passed_over(machine: str | None, elf_class: int | None, user: ElfImage) -> bool:
    """Say whether a file is of another machine or class; it is not when it is no ELF file, which is damage."""
    return machine is not None and (machine, elf_class) != (user.machine, user.elf_class)
