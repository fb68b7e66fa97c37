"""ELF members of archives become values; an archive is opened by its magic, whatever its name.

A member is shown as `wheel.whl:pkg/_x.so`. One that is not to be trusted is a Failure, for it might be the library that
breaks. Archives inside archives are left alone, but for the tars that a `.conda` package is made of.
"""

from __future__ import annotations

from glibcheck.archives import zip as zips
from glibcheck.archives.member import DEFAULT_LIMITS, BadMember
from glibcheck.errors import ArchiveError, ElfError, InputError
from glibcheck.model.finding import Failure
from glibcheck.workspace.reading import read_result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import RawIOBase
    from typing import TypeVar

    from glibcheck.archives import tar
    from glibcheck.archives.member import Limits
    from glibcheck.elf.buffer import Buffer
    from glibcheck.model.finding import Result
    from glibcheck.workspace.reading import Options

    _Member = TypeVar("_Member", zips.Member, tar.TarMember)

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPRESSED_TAR = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")


def scan_archive(path: str, buffer: Buffer, head: bytes, options: Options) -> Iterator[Result]:
    """Read the ELF members of an archive that starts with `head`, in the order of the archive.

    Raises: InputError when it is no archive that we know, or is damaged as a whole.
    """
    limits = DEFAULT_LIMITS
    if options.most_inflated is not None:
        limits = limits._replace(total=options.most_inflated)
    try:
        if head.startswith(_ZIP):
            yield from _zip(path, buffer, limits, options)
        elif head[257:262] == b"ustar" or head.startswith(_COMPRESSED_TAR):
            from glibcheck.archives.ranged import RangeFile

            yield from _tar(path, RangeFile(buffer, 0, len(buffer)), limits, options)
        else:
            raise InputError(path, "not an ELF file, nor a zip or tar archive")
    except (ArchiveError, ElfError) as error:  # the latter when the file is cut short while it is read
        raise InputError(path, error.message, error.offset) from error


def _zip(path: str, buffer: Buffer, limits: Limits, options: Options) -> Iterator[Result]:
    def read(shown: str, member: zips.Member) -> Iterator[Result]:
        if options.strict:
            zips.check_crc(buffer, member)
        if zips.starts_with_elf(buffer, member):
            yield read_result(shown, zips.open_member(buffer, member, limits), False, options)
        elif path.endswith(".conda") and member.name.endswith(".tar.zst"):
            from glibcheck.archives.ranged import RangeFile

            yield from _tar(shown, RangeFile(zips.open_member(buffer, member, limits), 0, member.size), limits, options)

    return _each(path, zips.members(buffer, limits), read)


def _tar(path: str, stream: RawIOBase, limits: Limits, options: Options) -> Iterator[Result]:
    """Read the ELF members of a tar; a tar has no checksums of its members, so strict reading is no different."""
    from glibcheck.archives import tar

    def read(shown: str, member: tar.TarMember) -> Iterator[Result]:
        if tar.starts_with_elf(member):
            yield read_result(shown, tar.open_member(member, limits), False, options)

    return _each(path, tar.members(stream, limits), read)


def _each(
    path: str, members: Iterable[_Member | BadMember], read: Callable[[str, _Member], Iterator[Result]]
) -> Iterator[Result]:
    """Read one member after the other; one that cannot be read does not stop the rest."""
    for member in members:
        shown = f"{path}:{member.name}"
        if isinstance(member, BadMember):
            yield Failure(shown, member.reason)
            continue
        try:
            yield from read(shown, member)
        except (ArchiveError, ElfError) as error:
            yield Failure(shown, str(error))
