"""What the readers read from: the bytes of a file in memory, mapped, or read or inflated as they are asked for.

`bytes` and `mmap` are buffers, and so are files of `workspace` and members of `archives`. A reader asks for slices and
gets `bytes`; it passes none of the functions of `struct` the buffer itself, which only memory could answer.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, overload

    class Buffer(Protocol):
        """A sequence of bytes; a slice without a step is cut at the end as that of `bytes` is."""

        def __len__(self) -> int: ...

        @overload
        def __getitem__(self, key: int, /) -> int: ...
        @overload
        def __getitem__(self, key: slice, /) -> bytes: ...

        def find(self, sub: bytes, start: int, end: int, /) -> int:
            """Give the place of `sub` between two offsets, -1 when it is not there."""
