"""The build files of a project as texts, in which every byte survives.

A text is UTF-8, with its byte order mark as its first character if it has one, or else Latin-1, which gives each byte a
character and takes it back; what glibcheck looks for is ASCII in both. Line endings stay as they are. The encoding goes
along into the `Edit`, so that a file is written in the one it was read in.
"""

from __future__ import annotations

import os

from glibcheck.errors import InputError, RewriteError
from glibcheck.model.plan import Edit
from glibcheck.model.record import Record
from glibcheck.workspace.projectfolders import source_files
from glibcheck.workspace.texts import require_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_LARGEST = 1 << 20  # bytes; a build file that people write is far smaller
_LATIN = "latin-1"


class PassedOver(Record):
    """A file that looks like a build file and was not read, or a folder that was not searched, and why."""

    path: str
    reason: str


class ProjectTexts(Record):
    """What was read of a project, by paths relative to it, with forward slashes.

    `encodings` has those of the files that are not UTF-8.
    """

    texts: Mapping[str, str]
    encodings: Mapping[str, str] = {}
    passed_over: tuple[PassedOver, ...] = ()

    def edits(self, after: Mapping[str, str]) -> tuple[Edit, ...]:
        """Give what differs in `after`, in the order of the paths."""
        return tuple(
            Edit(path, self.texts.get(path), text, self.encodings.get(path, "utf-8"))
            for path, text in sorted(after.items())
            if text != self.texts.get(path)
        )


def read_project(project: str, wanted: Callable[[str], bool], extra: Iterable[str] = ()) -> ProjectTexts:
    """Read the files of a project whose paths are `wanted`, and the `extra` ones that exist.

    Folders that are none of its sources are passed over, links to folders are not followed, and a file with two names
    is read once, under the one that is no link.
    """
    unreadable: list[tuple[str, str]] = []
    found = [path for path in source_files(project, unreadable) if wanted(path)]
    found += [path for path in extra if path not in found and os.path.lexists(on_disk(project, path))]
    texts: dict[str, str] = {}
    encodings: dict[str, str] = {}
    for path in _once_each(project, found):
        try:
            texts[path], encoding = _decoded(path, require_bytes(on_disk(project, path), _LARGEST))
        except InputError as error:
            unreadable.append((path, error.text))
        else:
            if encoding is not None:
                encodings[path] = encoding
    return ProjectTexts(texts, encodings, tuple(PassedOver(*row) for row in sorted(unreadable)))


def on_disk(project: str, path: str) -> str:
    """Give the place of a file of the project."""
    return os.path.join(project, *path.split("/"))


def encoded(edit: Edit) -> bytes:
    """Give the content of a file after its edit, in the encoding that it had.

    Raises: RewriteError with the line that cannot be written in it.
    """
    try:
        return edit.after.encode(edit.encoding)
    except UnicodeEncodeError as error:
        line = edit.after.count("\n", 0, error.start) + 1
        name = "Latin-1" if edit.encoding == _LATIN else "UTF-8"
        text = f"{edit.after[error.start]!a} cannot be written in {name}, which the file is in; convert it to UTF-8"
        raise RewriteError(edit.path, line, text) from error


def is_as_read(project: str, edit: Edit) -> bool:
    """Say whether a file is still what it was when it was read: the same bytes, or not there."""
    path = on_disk(project, edit.path)
    if edit.before is None:
        return not os.path.lexists(path)
    try:
        return require_bytes(path, _LARGEST) == edit.before.encode(edit.encoding)
    except InputError:
        return False


def _decoded(path: str, content: bytes) -> tuple[str, str | None]:
    """Decode a build file; gives the encoding when it is not UTF-8."""
    if b"\0" in content:
        raise InputError(path, "is no text: it has zero bytes", content.index(b"\0"))
    try:
        return content.decode("utf-8"), None
    except UnicodeDecodeError:
        return content.decode(_LATIN), _LATIN


def _once_each(project: str, paths: Iterable[str]) -> list[str]:
    """Leave out links to files that have another of the names; in the order of the paths."""
    by_file: dict[str, str] = {}
    for path in sorted(paths, key=lambda path: (os.path.islink(on_disk(project, path)), path)):
        by_file.setdefault(os.path.realpath(on_disk(project, path)), path)
    return sorted(by_file.values())
