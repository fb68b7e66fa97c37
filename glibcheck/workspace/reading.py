"""ELF files of the disk become values.

Inputs are untrusted. They are read, not executed; a FIFO or a device is refused before it is read, so that
nothing blocks; names are shown as they were given.
"""

from __future__ import annotations

import os
import stat

from glibcheck.elf.image import read, read_linkage
from glibcheck.errors import ElfError, InputError, NotDynamicError
from glibcheck.model.finding import Failure, Passed, ScannedFile
from glibcheck.model.record import Record
from glibcheck.workspace.diskfile import open_buffer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from glibcheck.elf.buffer import Buffer
    from glibcheck.model.finding import Result
    from glibcheck.model.image import ElfImage, Linkage

    _T = TypeVar("_T")


class Options(Record):
    """How files are read.

    Archives: to the end and with their checksums (`strict`), and the bytes that one may inflate to. With `exports`,
    each file comes with the symbols that it defines, which costs a look at its whole symbol table; a `brief` look is
    for a text that people read, an `unordered` one for verdicts (see `elf.image.read`).
    """

    strict: bool = False
    most_inflated: int | None = None
    exports: bool = False
    brief: bool = False
    unordered: bool = False


def read_result(path: str, buffer: Buffer, named: bool, options: Options) -> Result:
    """Read one ELF file; without a dynamic section it is a Failure only when it was `named`."""
    try:
        if options.exports:
            linkage = read_linkage(buffer)
            return ScannedFile(path, linkage.image, tuple(row.name for row in linkage.exports))
        return ScannedFile(path, read(buffer, options.brief, options.unordered), None)
    except NotDynamicError as error:
        return Failure(path, str(error)) if named else Passed(path, str(error))
    except ElfError as error:
        return Failure(path, str(error))


def read_image(path: str) -> ElfImage:
    """Read the dynamic facts of the file at `path`; raises InputError with what is wrong and what to do."""
    return with_buffer(path, read)


def read_file_linkage(path: str) -> Linkage:
    """Read the file at `path` with all symbols that it defines and wants; raises InputError."""
    return with_buffer(path, read_linkage)


def with_buffer(path: str, reader: Callable[[Buffer], _T]) -> _T:
    """Read the file at `path` by a reader of buffers, whose ElfError becomes an InputError, as all that goes wrong."""
    descriptor = _open(path)
    try:
        size = _regular_size(path, descriptor)
        if size == 0:
            raise InputError(path, "the file is empty; expected an ELF file")
        return reader(open_buffer(descriptor, size))
    except ElfError as error:
        raise InputError(path, error.message, error.offset) from error
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _open(path: str) -> int:
    try:
        # Without O_NONBLOCK, opening a FIFO waits for a writer that may never come.
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the name holds a zero byte"
        raise InputError(path, f"cannot be opened: {reason}") from error


def _regular_size(path: str, descriptor: int) -> int:
    """Give the size of a regular file in bytes; anything else is refused with a word on what to give instead."""
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        raise InputError(path, "is a directory; name the files in it, for example with a shell pattern")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(path, "is not a regular file")
    return status.st_size
