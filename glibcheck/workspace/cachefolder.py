"""The user's cache: folders that are there whole or not at all, and may be deleted at any time.

`$XDG_CACHE_HOME/glibcheck`, or `~/.cache/glibcheck`. A folder is made beside its place and renamed; who is second finds
the first one's there, which is as good.
"""

from __future__ import annotations

import os

from glibcheck.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

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
    import tempfile  # slow to load

    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with tempfile.TemporaryDirectory(dir=os.path.dirname(path) or ".", prefix=".glibcheck-") as scratch:
            made = os.path.join(scratch, "made")
            os.mkdir(made)
            for name, content in files.items():
                _write(os.path.join(made, name), content)
            for name, source in linked.items():
                _link(source, os.path.join(made, name))
            try:
                os.rename(made, path)
            except OSError:
                if not os.path.isdir(path) or not os.listdir(path):
                    raise
    except OSError as error:
        raise InputError(path, f"cannot be made: {error.strerror}") from error


def replace_folder(path: str, files: Mapping[str, bytes], linked: Mapping[str, str]) -> None:
    """Make a folder as `place_folder` does, in the place of the one that is there; the old one goes last."""
    if not os.path.isdir(path):
        place_folder(path, files, linked)
        return
    import shutil  # slow to load

    old = f"{path}.glibcheck-old"
    shutil.rmtree(old, ignore_errors=True)
    new = f"{path}.glibcheck-new"
    shutil.rmtree(new, ignore_errors=True)
    place_folder(new, files, linked)
    os.rename(path, old)
    os.rename(new, path)
    shutil.rmtree(old, ignore_errors=True)


def _write(path: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(content)
    if os.path.basename(os.path.dirname(path)) == EXECUTABLE_FOLDER:
        os.chmod(path, 0o755)  # noqa: S103 - a program, for all to run


def _link(source: str, path: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        os.link(source, path)
    except OSError:  # another file system
        import shutil

        shutil.copyfile(source, path)
