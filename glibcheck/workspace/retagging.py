"""A wheel gets other platform tags: its name, WHEEL and RECORD change, and every other byte of its files stays.

See the binary distribution format of the Python packaging guide. The order of members, their times and permissions
stay, so the same wheel gives the same bytes. Signatures of RECORD would be wrong then, and go.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import lzma
import os
import shutil
import zipfile
import zlib

from glibcheck.errors import InputError
from glibcheck.workspace.wholefile import written_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from typing import BinaryIO

_SIGNED = (".jws", ".p7s")
# What reading a damaged, encrypted or oddly compressed archive raises.
_DAMAGE = (
    OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, KeyError, ValueError, RuntimeError,
    NotImplementedError,
)  # fmt: skip


def retagged(path: str, platforms: Sequence[str]) -> str:
    """Put a wheel with these platform tags in the place of the one at `path`; gives the path of the new one.

    Raises: InputError when it is no wheel, or cannot be written; then the old one is there as it was.
    """
    folder, name = os.path.split(path)
    stem, _, _ = name.removesuffix(".whl").rpartition("-")
    made = os.path.join(folder, f"{stem}-{'.'.join(platforms)}.whl")
    try:
        with zipfile.ZipFile(path) as old, written_whole(made, os.stat(path).st_mode & 0o7777) as stream:
            _write(old, stream, platforms)
        if made != path:
            _remove(path, made)
        return made
    except _DAMAGE as error:
        raise InputError(path, f"cannot be given another tag: {error}") from error


def _remove(path: str, made: str) -> None:
    """Remove the old wheel; when that does not go, the new one, for one of them is enough."""
    try:
        os.unlink(path)
    except OSError:
        os.unlink(made)
        raise


def _write(old: zipfile.ZipFile, stream: BinaryIO, platforms: Sequence[str]) -> None:
    (wheel,) = (name for name in old.namelist() if name.endswith(".dist-info/WHEEL") and name.count("/") == 1)
    record = wheel.removesuffix("WHEEL") + "RECORD"
    described = _wheel(old.read(wheel).decode(), platforms).encode()
    signatures = frozenset(f"{record}{suffix}" for suffix in _SIGNED)
    listed = _record(old.read(record).decode(), wheel, described, signatures)
    changed = {wheel: described, record: listed.encode()}
    with zipfile.ZipFile(stream, "w") as new:
        new.comment = old.comment
        for info in old.infolist():
            if info.filename in changed:
                new.writestr(info, changed[info.filename])
            elif info.filename not in signatures:
                _copy(old, new, info)


def _copy(old: zipfile.ZipFile, new: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    copy = zipfile.ZipInfo(info.filename, info.date_time)
    copy.compress_type, copy.external_attr, copy.create_system = (
        info.compress_type,
        info.external_attr,
        info.create_system,
    )
    copy.file_size = info.file_size
    if info.is_dir():
        new.writestr(copy, b"")
        return
    with old.open(info) as source, new.open(copy, "w") as target:
        shutil.copyfileobj(source, target)


def _wheel(text: str, platforms: Iterable[str]) -> str:
    """Write the tags of WHEEL anew: each that there is, for each of the platforms."""
    return "".join(_tagged(text.splitlines(keepends=True), tuple(platforms)))


def _tagged(lines: Iterable[str], platforms: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for line in lines:
        key, _, value = line.partition(":")
        if key.lower() != "tag":
            yield line
            continue
        python, abi, _ = value.strip().split("-")
        for platform in platforms:
            tag = f"Tag: {python}-{abi}-{platform}\n"
            if tag not in seen:
                seen.add(tag)
                yield tag


def _record(text: str, wheel: str, described: bytes, signatures: Collection[str]) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(described).digest()).rstrip(b"=").decode()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in csv.reader(io.StringIO(text)):
        if row and row[0] == wheel:
            writer.writerow((wheel, f"sha256={digest}", str(len(described))))
        elif row and row[0] not in signatures:
            writer.writerow(row)
    return out.getvalue()
