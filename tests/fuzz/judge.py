"""What may come of a damaged file: a value, or an error that the documentation names. All else is a `WrongError`.

Also checked: the two readers of ELF agree, a message is one line, and an archive in memory gives what it gives as a
file.
"""

from __future__ import annotations

import io

from glibcheck.elf.image import read, read_linkage
from glibcheck.elf.loading import loadable_or_damage
from glibcheck.elf.objects import RelocatableObject, read_object
from glibcheck.elf.sections import is_relocatable
from glibcheck.errors import ElfError, InputError
from glibcheck.model.finding import Failure, Passed, Result, ScannedFile
from glibcheck.model.image import ElfImage, Linkage
from glibcheck.model.loading import Damaged
from glibcheck.workspace.archives import scan_archive
from glibcheck.workspace.inputs import scan_paths
from glibcheck.workspace.reading import Options

READ, REFUSED, NOTHING = "read", "refused", "nothing in it"
_LONGEST_MESSAGE = 1000


class WrongError(Exception):
    """A result that nothing in the documentation allows."""


def judge_elf(data: bytes) -> str:
    """Read a file by all readers of ELF and say what came of it; raises whatever is not documented."""
    if is_relocatable(data) and len(data) >= 18:
        _object(data)
    try:
        image = read(data)
    except ElfError as error:
        require_line(str(error))
        try:
            read_linkage(data)
        except ElfError as other:
            if str(other) != str(error):
                raise WrongError(f"read says {error}, read_linkage {other}") from other
            return REFUSED
        raise WrongError(f"read says {error}, and read_linkage reads it") from error
    _expect(image, ElfImage)
    try:
        linkage = read_linkage(data)
    except ElfError as error:
        require_line(str(error))
        return READ
    _expect(linkage, Linkage)
    if linkage.image != image:
        raise WrongError("read and read_linkage give different images")
    _loadable(data, linkage)
    return READ


def judge_zip(data: bytes, path: str) -> str:
    """Scan an archive from memory and as the file `path`, which is written; say what came of it."""
    with open(path, "wb") as file:
        file.write(data)
    plain = list(scan_paths([path], Options()))
    strict = list(scan_paths([path], Options(strict=True)))
    for result in plain + strict:
        _result(result)
    if data and not data.startswith(b"\x7fELF"):
        direct: list[Result] = []
        try:
            direct.extend(scan_archive(path, data, data[:262], Options()))
        except InputError as error:
            require_line(error.text)
            direct.append(Failure(error.path, error.text))
        if direct != plain:
            raise WrongError("an archive in memory gives other results than the same archive as a file")
    if any(isinstance(result, ScannedFile) for result in plain):
        return READ
    return REFUSED if any(isinstance(result, Failure) for result in plain) else NOTHING


def _loadable(data: bytes, linkage: Linkage) -> None:
    """Read what a closure is made of: damage in the relocations is refused, and all else is as before."""
    found = loadable_or_damage(data)
    if isinstance(found, Damaged):
        require_line(found.reason)
    elif found._replace(loading=None) != linkage:
        raise WrongError("read_linkage and read_loadable give different values")


def _object(data: bytes) -> None:
    try:
        _expect(read_object(io.BytesIO(data)), RelocatableObject)
    except ElfError as error:
        require_line(str(error))


def _result(result: object) -> None:
    match result:
        case ScannedFile(_, image):
            _expect(image, ElfImage)
        case Failure(_, message) | Passed(_, message):
            require_line(message)
        case _:
            raise WrongError(f"a {type(result).__name__} among the results")


def _expect(value: object, kind: type) -> None:
    if type(value) is not kind:
        raise WrongError(f"a {type(value).__name__} instead of a {kind.__name__}")


def require_line(message: str) -> None:
    """Raise WrongError when a message is not one line that can be printed."""
    if not message.isprintable() or len(message) > _LONGEST_MESSAGE:
        raise WrongError(f"a message that is no line: {message[:200]!r}")
