"""The libraries and settings of this system, as its loader would use them; nothing is loaded or run."""

from __future__ import annotations

import glob
import os
import re

from glibcheck.elf.loading import loadable_or_damage, read_loadable
from glibcheck.elf.sections import is_relocatable
from glibcheck.errors import ElfError, InputError
from glibcheck.loader import SearchPath, default_directories, load, read_cache, read_conf
from glibcheck.model.loading import Damaged
from glibcheck.model.names import Soname
from glibcheck.workspace.reading import read_file_linkage, read_image, with_buffer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.elf.objects import RelocatableObject
    from glibcheck.model.closure import Closure
    from glibcheck.model.image import ElfImage, Export, Linkage


# The libraries of glibc that programs link; libc.so.6 first.
GLIBC_LIBRARIES = (
    "libc.so.6", "libm.so.6", "libmvec.so.1", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1",
    "libanl.so.1", "libresolv.so.2",
)  # fmt: skip


def load_closure(path: str, library_path: str, hwcaps: tuple[str, ...] = ()) -> Closure:
    """Find and bind what the loader of this system would load for `path`; `library_path` is LD_LIBRARY_PATH.

    `hwcaps` are the glibc-hwcaps subdirectories that the processor takes, best first (`SearchPath`).

    Raises: InputError when `path` itself cannot be read.
    """
    read = LibraryReader()
    linkage = read.first(path)
    # The loader asks the kernel which program runs, and is told the file that all links lead to.
    origin = os.path.dirname(os.path.realpath(path)) if linkage.image.interp is not None else None
    search = system_search(library_path)._replace(hwcaps=hwcaps)
    return load(path, linkage, search, read, origin)


def system_search(library_path: str) -> SearchPath:
    """Give the settings of the loader of this system; `library_path` is LD_LIBRARY_PATH, '' for none."""
    return SearchPath(tuple(re.split("[:;]", library_path)) if library_path else (), *_system_search())


class LibraryReader:
    """Reads libraries of this system for a closure, each file once, however often and by whatever path it is met."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._read: dict[tuple[int, int], Linkage | Damaged | None] = {}

    def first(self, path: str) -> Linkage:
        """Read the file that a closure is of; raises InputError."""
        linkage = with_buffer(path, read_loadable)
        status = os.stat(path)
        self._read[status.st_dev, status.st_ino] = linkage
        return linkage

    def __call__(self, path: str) -> Linkage | Damaged | None:
        """Read the library at `path`; None when there is none that may be read."""
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            return None
        key = status.st_dev, status.st_ino
        if key not in self._read:
            self._read[key] = _library(path)
        return self._read[key]


def _library(path: str) -> Linkage | Damaged | None:
    try:
        return with_buffer(path, loadable_or_damage)
    except InputError as error:
        return None if isinstance(error.__cause__, PermissionError) else Damaged(error.text)


def glibc_exports(machine: str) -> dict[Soname, tuple[Export, ...]]:
    """Read what each library of this system's glibc defines, by soname.

    Raises: InputError when this system has no glibc for the machine; what a link binds to can then not be told.
    """
    found = {}
    for name in GLIBC_LIBRARIES:
        for directory in default_directories(machine):
            linkage = _linkage_or_none(os.path.join(directory, name))
            if linkage is not None and linkage.image.machine == machine:
                found[Soname(name)] = linkage.exports
                break
    if Soname("libc.so.6") not in found:
        raise InputError("libc.so.6", f"this system has none for {machine}; work on a system of that machine")
    return found


def read_object_or_image(path: str) -> RelocatableObject | ElfImage:
    """Read a file before or after its link; raises InputError when it is neither."""
    from glibcheck.elf.objects import read_object  # which loads pyelftools; a trace can do without

    try:
        # To open a FIFO would wait for its writer; `read_image` says what is wrong with what is no regular file.
        if os.path.isfile(path):
            with open(path, "rb") as stream:
                if is_relocatable(stream.read(18)):
                    return read_object(stream)
    except ElfError as error:
        raise InputError(path, error.message, error.offset) from error
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error
    return read_image(path)


def _system_search() -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Read ld.so.cache, or where there is none the directories of ld.so.conf."""
    try:
        with open("/etc/ld.so.cache", "rb") as stream:
            return read_cache(stream.read()), ()
    except OSError:
        return {}, _configured_directories("/etc/ld.so.conf")


def _configured_directories(path: str) -> tuple[str, ...]:
    def texts(pattern: str) -> list[str]:
        return [_text_or_empty(name) for name in sorted(glob.glob(os.path.join(os.path.dirname(path), pattern)))]

    return read_conf(_text_or_empty(path), texts)


def _text_or_empty(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            return stream.read()
    except OSError:
        return ""


def _linkage_or_none(path: str) -> Linkage | None:
    try:
        return read_file_linkage(path)
    except InputError:
        return None
