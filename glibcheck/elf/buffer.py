"""What the readers read from: the bytes of a file, in memory or mapped."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mmap import mmap

    Buffer = bytes | mmap
