"""What an archive holds: members that can be read, members that cannot, and how much work either is worth.

A name that would be unpacked outside of its directory, or that different programs read differently, makes a bad member:
what would be scanned need not be what would be installed.
"""

from __future__ import annotations

from glibcheck.model.record import Record

ELF_MAGIC = b"\x7fELF"
MIB, GIB = 1 << 20, 1 << 30


class Limits(Record):
    """How far to follow what an archive says of itself; sizes in bytes.

    - `members`: entries of one archive. The largest wheels have some 15,000.
    - `name`: bytes of one name; Linux has no longer paths.
    - `directory`: the list of members of a zip archive.
    - `total`: what all compressed members of an archive unpack to, or, for a compressed tar, what is unpacked of it,
      counted again when it is unpacked again.
    - `ratio`: how many bytes one compressed byte may become. Code becomes 3 to 5; deflate ends at 1032.
    - `unsuspected`: up to this size no ratio is asked for; a table of zeros is no bomb.
    - `read`: the largest table that is put together in memory. The largest symbol table we met has 2 MiB;
      one of 60, of which deflate makes 150 kB, costs 450 MiB and two seconds.
    """

    members: int = 200_000
    name: int = 4096
    directory: int = 64 * MIB
    total: int = 16 * GIB
    ratio: int = 200
    unsuspected: int = 64 * MIB
    read: int = 16 * MIB


DEFAULT_LIMITS = Limits()


class BadMember(Record):
    """A member that is not read, and why, in one line."""

    name: str
    reason: str


def fault_of_name(name: str, limits: Limits) -> str | None:  # noqa: PLR0911  # one fault, one line
    """Say what is wrong with a member's name, None when it is a plain relative path."""
    if not name:
        return "it has no name"
    if len(name) > limits.name:
        return f"its name is longer than {limits.name} characters"
    if "\0" in name:
        return "its name holds a zero byte, where some programs end it"
    if "\\" in name:
        return "its name holds a backslash, which some systems take for a slash"
    if name[0] == "/" or name[1:2] == ":":
        return "its name is an absolute path"
    if ".." in name and ".." in name.split("/"):
        return "its name leads outside of the archive (..)"
    return None


def fault_of_size(size: int, compressed: int, limits: Limits) -> str | None:
    """Say why a declared size is not believed, None when it may be true."""
    if size > limits.unsuspected and size > limits.ratio * compressed:
        return f"{compressed} bytes are said to become {size}, more than {limits.ratio} times as many: a zip bomb"
    return None
