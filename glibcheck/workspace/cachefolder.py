"""The user's cache: folders that are there whole or not at all, and may be deleted at any time.

`$XDG_CACHE_HOME/glibcheck`, or `~/.cache/glibcheck`. A folder is made beside its place and renamed; who is second finds
the first one's there, which is as good.
"""

from __future__ import annotations

import contextlib
import os

from glibcheck.errors import InputError
from glibcheck.workspace.exchanging import exchange
from glibcheck.workspace.scratchfolder import scratch_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EXECUTABLE_FOLDER = "bin"


def cache_folder(kind: str, around: Mapping[str, str]) -> str:
    """Name the folder of one kind of things ('sysroots'); it may not be there yet."""
    base = around.get("XDG_CACHE_HOME") or os.path.join(around.get("HOME") or os.path.expanduser("~"), ".cache")
    return os.path.join(base, "glibcheck", kind)


def place_folder(path: str, files: Mapping[str, bytes], linked: Mapping[str, str] = {}) -> None:
    """Make a folder with these files, by relative paths; a folder that is there already stays.

    `linked` are files of the disk that come in as hard links where that can be. What is in 'bin/' can be run.

    Raises: InputError when it cannot be written; then nothing of it is left.
    """
    with _made(path, files, linked) as made:
        try:
            os.rename(made, path)
        except OSError:
            if not os.path.isdir(path) or not os.listdir(path):
                raise


def replace_folder(path: str, files: Mapping[str, bytes], linked: Mapping[str, str]) -> None:
    """Make a folder as `place_folder` does, in the place of the one that is there; the old one goes last."""
    if not os.path.isdir(path):
        place_folder(path, files, linked)
        return
    with _made(path, files, linked) as made:
        exchange(made, path)


@contextlib.contextmanager
def _made(path: str, files: Mapping[str, bytes], linked: Mapping[str, str]) -> Iterator[str]:
    """Make the folder beside its place; what is there when the block ends, goes."""
    parent = os.path.dirname(path) or "."
    try:
        os.makedirs(parent, exist_ok=True)
        with scratch_folder(parent) as scratch:
            made = os.path.join(scratch, "made")
            os.mkdir(made)
            for name, content in files.items():
                _write(os.path.join(made, name), content)
            for name, source in linked.items():
                _link(source, os.path.join(made, name))
            yield made
    except OSError as error:
        raise InputError(path, f"cannot be made: {error.strerror}") from error


def _write(path: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(content)
        stream.flush()
        if os.path.basename(os.path.dirname(path)) == EXECUTABLE_FOLDER:
            os.fchmod(stream.fileno(), 0o755)  # a program, for all to run
        # Else a power cut could leave the folder in its place, and its files empty.
        os.fsync(stream.fileno())


def _link(source: str, path: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        os.link(source, path)
    except OSError:  # another file system
        import shutil  # slow to load

        shutil.copyfile(source, path)
