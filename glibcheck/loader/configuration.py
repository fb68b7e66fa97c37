"""The loader's own files: /etc/ld.so.cache, and /etc/ld.so.conf, from which ldconfig(8) makes it."""

from __future__ import annotations

import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_CACHE_MAGIC, _OLD_CACHE_MAGIC = b"glibc-ld.so.cache1.1", b"ld.so-1.7.0\0"
_BY_NAME = 1 << 62  # DL_CACHE_HWCAP_EXTENSION: the entry is of a glibc-hwcaps directory


def read_cache(data: bytes) -> dict[str, tuple[str, ...]]:
    """Read /etc/ld.so.cache: soname to paths, best first. A damaged cache gives what could be read.

    The format is that of ldconfig(8), "glibc-ld.so.cache1.1": a header with the number of entries, entries of
    (flags, soname, path, osversion, hwcap), names as offsets from the header. Entries of a glibc-hwcaps directory
    (glibc 2.33) are kept, and chosen by their path; older ones for a special hwcap are passed over.
    """
    start = 0
    if data.startswith(_OLD_CACHE_MAGIC) and len(data) >= 16:
        start = (16 + 12 * struct.unpack_from("=I", data, 12)[0] + 7) // 8 * 8
    if data[start : start + 20] != _CACHE_MAGIC or len(data) < start + 48:
        return {}
    (count,) = struct.unpack_from("=I", data, start + 20)
    found: dict[str, list[str]] = {}
    entries = data[start + 48 : start + 48 + 24 * count]
    entries = entries[: len(entries) // 24 * 24]
    for _, key, value, _, hwcap in struct.iter_unpack("=iIIIQ", entries):
        path = _text(data, start + value)
        if hwcap == 0 or (hwcap & _BY_NAME and "/glibc-hwcaps/" in path):
            found.setdefault(_text(data, start + key), []).append(path)
    return {soname: tuple(paths) for soname, paths in found.items()}


def read_conf(text: str, include: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Read /etc/ld.so.conf: its directories in order; `include` gives the texts that a pattern names."""
    directories: list[str] = []
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words[:1] == ["include"]:
            for pattern in words[1:]:
                for inner in include(pattern):
                    directories += read_conf(inner, lambda _: ())
        elif words and words[0] != "hwcap":
            directories += [part for word in words for part in word.replace(":", " ").replace(",", " ").split()]
    return tuple(directories)


def _text(data: bytes, offset: int) -> str:
    end = data.find(b"\0", offset)
    return os.fsdecode(data[offset : end if end >= 0 else len(data)])
