"""What looking at files gives: an image for each that could be read, a reason for each that could not."""

from __future__ import annotations

from glibcheck.model.image import ElfImage
from glibcheck.model.record import Record


class ScannedFile(Record):
    """One file that was read; `path` is as the user wrote it."""

    path: str
    image: ElfImage


class Failure(Record):
    """One file that could not be read, and why, in one line."""

    path: str
    message: str


class Scan(Record):
    """The result of a scan, files and failures each in the order they were given."""

    files: tuple[ScannedFile, ...]
    errors: tuple[Failure, ...]
