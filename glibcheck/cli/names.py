"""Names of inputs that do not stand on the command line: on stdin, or recorded by an installed distribution."""

from __future__ import annotations

import os
import sys

import click

from glibcheck.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def all_names(paths: Sequence[str], installed: Sequence[str]) -> list[str]:
    """Give every name in order; raises InputError for an unknown distribution, click.UsageError for no name at all."""
    if not paths and not installed:
        raise click.UsageError("name a file, directory or archive, or use --installed NAME")
    named = [name for path in paths for name in (_from_stdin() if path == "-" else [path])]
    return [*named, *(name for distribution in installed for name in _files_of(distribution))]


def _from_stdin() -> list[str]:
    """Read names from stdin: ended by zero bytes when there is one (find -print0), else a line each."""
    data = sys.stdin.buffer.read()
    end = b"\0" if b"\0" in data else b"\n"
    return [os.fsdecode(name) for name in data.split(end) if name]


def _files_of(distribution: str) -> Iterator[str]:
    """List the files that a distribution of this interpreter recorded (PEP 376), but for text that Python runs."""
    import importlib.metadata  # slow to load, and seldom wanted

    try:
        files = importlib.metadata.files(distribution)
    except (importlib.metadata.PackageNotFoundError, ValueError) as error:
        raise InputError(distribution, "is not installed for this interpreter") from error
    if files is None:
        raise InputError(distribution, "has no record of its files; name its directory instead")
    for file in files:
        path = os.fspath(file.locate())
        if os.path.isfile(path) and _is_elf(path):
            yield path


def _is_elf(path: str) -> bool:
    with open(path, "rb") as stream:
        return stream.read(4) == b"\x7fELF"
