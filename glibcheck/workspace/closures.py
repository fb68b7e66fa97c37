"""The closures of whatever a user names: of a program or library its own, of a wheel those of its roots."""

from __future__ import annotations

import os
from io import BytesIO

from glibcheck.errors import InputError
from glibcheck.workspace.installed import load_wheel_closures
from glibcheck.workspace.system import load_closure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.closure import Closure

_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")


def closures_of(path: str, library_path: str) -> tuple[Closure, ...]:
    """Load the closure of a program or library, or those of a wheel; `library_path` is LD_LIBRARY_PATH.

    Raises: InputError when `path` cannot be read, or is an archive of another kind.
    """
    try:
        with open(path, "rb") if os.path.isfile(path) else BytesIO() as stream:
            head = stream.read(262)
    except OSError as error:
        raise InputError(path, f"cannot be opened: {error.strerror}") from error
    if head.startswith(b"PK\x03\x04") and path.endswith(".whl"):
        return load_wheel_closures(path, library_path)
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        raise InputError(path, "of archives, only a wheel (.whl) can be traced; unpack it and name a file of it")
    return (load_closure(path, library_path),)
