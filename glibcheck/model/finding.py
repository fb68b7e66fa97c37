"""What looking at files gives: an image for each that could be read, a reason for each that could not."""

from __future__ import annotations

from glibcheck.model.image import ElfImage
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record


class ScannedFile(Record):
    """One file that was read; `path` is as the user wrote it.

    `exports` are the names of the symbols that it defines for others; None when nobody asked for them.
    """

    path: str
    image: ElfImage
    exports: tuple[SymbolName, ...] | None = None


class Failure(Record):
    """One file that could not be read, and why, in one line."""

    path: str
    message: str


class Passed(Record):
    """One ELF file that has no dynamic section, met in a directory or archive: nothing is linked, nothing needed."""

    path: str
    reason: str


Result = ScannedFile | Failure | Passed


class Scan(Record):
    """The results of a scan by kind, each in the order in which they were met."""

    files: tuple[ScannedFile, ...]
    errors: tuple[Failure, ...]
    passed: tuple[Passed, ...] = ()
