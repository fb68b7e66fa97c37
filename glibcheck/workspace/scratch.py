"""Projects on disk: what is one, and a private copy of it to build in, with the edits carried out there."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib

from glibcheck.errors import InputError
from glibcheck.workspace.projectfiles import encoded, on_disk
from glibcheck.workspace.projectfolders import not_copied
from glibcheck.workspace.texts import write_bytes_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.plan import Edit

_SDISTS = (".tar.gz", ".zip")  # the second is of before PEP 625
_DAMAGE = (
    OSError,
    tarfile.TarError,
    zipfile.BadZipFile,
    EOFError,
    zlib.error,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


def require_folder(path: str) -> None:
    """Check that `path` is a directory; raises InputError."""
    if not os.path.isdir(path):
        what = "is not a directory" if os.path.exists(path) else "does not exist"
        raise InputError(path, f"{what}; give the directory of a project")


def require_project(path: str) -> None:
    """Check that `path` is a project that PEP 517 can build; raises InputError with what is missing."""
    require_folder(path)
    if not any(os.path.isfile(os.path.join(path, name)) for name in ("pyproject.toml", "setup.py")):
        raise InputError(path, "has neither pyproject.toml nor setup.py, so it cannot be built")


@contextlib.contextmanager
def opened_project(path: str) -> Iterator[str]:
    """Give the directory of a project; a source distribution is unpacked into a private one for as long as it is open.

    Raises: InputError when it is neither.
    """
    if not path.endswith(_SDISTS) or not os.path.isfile(path):
        require_project(path)
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="glibcheck-") as folder:
        try:
            _unpack(path, folder)
        except _DAMAGE as error:
            raise InputError(path, f"cannot be unpacked: {error}") from error
        names = os.listdir(folder)
        if len(names) != 1:
            raise InputError(path, "is no source distribution: it has not one directory with all in it (PEP 625)")
        require_project(os.path.join(folder, names[0]))
        yield os.path.join(folder, names[0])


def _unpack(path: str, folder: str) -> None:
    """Unpack a source distribution: nothing outside of the folder, no devices, no odd permissions."""
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as members:
            members.extractall(folder)  # noqa: S202 - zipfile's own keeps names inside
        return
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")


def require_script(path: str) -> None:
    """Check that `path` is a file that can be run later; raises InputError."""
    if not os.path.isfile(path):
        raise InputError(path, "is not a file" if os.path.exists(path) else "does not exist")


def require_writable(folder: str) -> None:
    """Check that `folder`, which need not exist yet, can be made and written into; raises InputError."""
    place = os.path.abspath(folder)
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        raise InputError(folder, f"cannot be a folder: {place} is none")
    if not os.access(place, os.W_OK | os.X_OK):
        raise InputError(folder, f"cannot be written: no permission in {place}")


@contextlib.contextmanager
def scratch_copy(project: str, edits: Iterable[Edit]) -> Iterator[str]:
    """Copy a project into a new private directory, carry out the edits there, and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="glibcheck-") as folder:
        # Some projects name their package after the directory, so the copy keeps the name.
        copy = os.path.join(folder, os.path.basename(os.path.abspath(project)) or "project")
        try:
            shutil.copytree(project, copy, symlinks=True, ignore=_ignored(project))
        except OSError as error:
            reason = error.args[0][0][2] if isinstance(error, shutil.Error) else error.strerror
            raise InputError(project, f"cannot be copied to a scratch directory: {reason}") from error
        for place, _, _ in os.walk(copy):
            os.chmod(place, 0o700)  # The project may be read-only; a build writes into its folders.
        for edit in edits:
            _carry_out(copy, edit)
        yield copy


def _carry_out(copy: str, edit: Edit) -> None:
    """Write one file of the copy; a link to what is not in the copy becomes a file."""
    path = on_disk(copy, edit.path)
    inside = os.path.join(os.path.realpath(copy), "")
    if os.path.islink(path) and not os.path.realpath(path).startswith(inside):
        os.unlink(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_bytes_whole(path, encoded(edit))


def _ignored(project: str):  # type: ignore[no-untyped-def]  # shutil's own callback type is private
    def ignore(folder: str, names: list[str]) -> set[str]:
        special = {name for name in names if _is_special(os.path.join(folder, name))}
        return special | not_copied(project, folder, names)

    return ignore


def _is_special(path: str) -> bool:
    """Say whether a path is a socket, a pipe or a device: git keeps a socket in its directory, for one."""
    mode = os.lstat(path).st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
