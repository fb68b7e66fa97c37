"""Projects on disk: a private copy to build in, and the texts of build files."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tarfile
import tempfile
import zlib

from glibcheck.errors import InputError
from glibcheck.workspace.codings import decode, encode
from glibcheck.workspace.texts import require_bytes, write_bytes_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.plan import Edit

# Results and caches of earlier work: they are large, and a stale build/ would be taken for a fresh one.
_NOT_COPIED = {
    ".nox", ".tox", ".venv", "venv", "node_modules",
    "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache",
}  # fmt: skip
_NOT_COPIED_AT_THE_TOP = {"build", "dist"}
_CONFIGURATION = {"pyproject.toml", "setup.cfg"}
_LARGEST_BUILD_FILE = 1 << 20
_SDIST = ".tar.gz"


def require_project(path: str) -> None:
    """Check that `path` is a project that PEP 517 can build; raises InputError with what is missing."""
    if not os.path.isdir(path):
        what = "is not a directory" if os.path.exists(path) else "does not exist"
        raise InputError(path, f"{what}; give the directory of a project with a pyproject.toml or setup.py")
    if not any(os.path.isfile(os.path.join(path, name)) for name in ("pyproject.toml", "setup.py")):
        raise InputError(path, "has neither pyproject.toml nor setup.py, so it cannot be built")


@contextlib.contextmanager
def opened_project(path: str) -> Iterator[str]:
    """Give the directory of a project; a source distribution is unpacked into a private one for as long as it is open.

    Raises: InputError when it is neither.
    """
    if not path.endswith(_SDIST) or not os.path.isfile(path):
        require_project(path)
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="glibcheck-") as folder:
        try:
            with tarfile.open(path) as archive:
                archive.extractall(folder, filter="data")  # nothing outside, no devices, no odd permissions
        except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
            raise InputError(path, f"cannot be unpacked: {error}") from error
        names = os.listdir(folder)
        if len(names) != 1:
            raise InputError(path, "is no source distribution: it has not one directory with all in it (PEP 625)")
        require_project(os.path.join(folder, names[0]))
        yield os.path.join(folder, names[0])


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
            path = _path(copy, edit)
            # A link would be written through, and its target may be outside of the copy.
            if os.path.islink(path):
                os.unlink(path)
            write_bytes_whole(path, encode(path, edit.after))
        yield copy


def read_texts(project: str, *others: str) -> dict[str, str]:
    """Read by relative path the Python files of a project, what else configures setuptools, and `others` that exist.

    What cannot be decoded or is larger than a build file ever is, is passed over.
    """
    paths = [*_build_files(project), *others]
    texts = {path: read_text(os.path.join(project, *path.split("/"))) for path in paths}
    return {path: text for path, text in texts.items() if text is not None}


def read_text(path: str) -> str | None:
    """Read one build file; None when it is no readable text of a bearable size."""
    try:
        return decode(path, require_bytes(path, _LARGEST_BUILD_FILE))
    except InputError:
        return None


def _build_files(project: str) -> Iterator[str]:
    for folder, folders, names in os.walk(project):
        top = os.path.samefile(folder, project)
        folders[:] = sorted(set(folders) - _NOT_COPIED - (_NOT_COPIED_AT_THE_TOP if top else set()))
        for name in sorted(names):
            if name.endswith(".py") or name in _CONFIGURATION:
                yield os.path.relpath(os.path.join(folder, name), project).replace(os.sep, "/")


def write_edits(project: str, edits: Iterable[Edit]) -> None:
    """Write all edited files or none: when one cannot be written, those before it are put back.

    Raises: InputError.
    """
    written: list[Edit] = []
    try:
        for edit in edits:
            write_bytes_whole(_path(project, edit), encode(edit.path, edit.after))
            written.append(edit)
    except BaseException:
        for edit in written:
            _put_back(_path(project, edit), edit.before)
        raise


def _put_back(path: str, before: str | None) -> None:
    if before is None:
        os.unlink(path)
    else:
        write_bytes_whole(path, encode(path, before))


def _path(project: str, edit: Edit) -> str:
    return os.path.join(project, *edit.path.split("/"))


def _ignored(project: str):  # type: ignore[no-untyped-def]  # shutil's own callback type is private
    def ignore(folder: str, names: list[str]) -> set[str]:
        top = os.path.samefile(folder, project)
        left_out = _NOT_COPIED | (_NOT_COPIED_AT_THE_TOP if top else set())
        return {name for name in names if name in left_out or _is_special(os.path.join(folder, name))}

    return ignore


def _is_special(path: str) -> bool:
    """Say whether a path is a socket, a pipe or a device: git keeps a socket in its directory, for one."""
    mode = os.lstat(path).st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
