"""Sources, directories and flags that a target of a `meson.build` is given.

The header that the compiler reads first is named by an absolute path, because Meson runs the compiler in the build
folder. `meson.project_source_root()` came with Meson 0.56, `/` between strings with 0.49 (manual, "Builtin object
meson", "Syntax"); for a project that supports older ones it is spelled with what those have.
"""

from __future__ import annotations

import posixpath
import re
from functools import partial

from glibcheck.buildfiles import brackets
from glibcheck.buildfiles.brackets import Brackets, Item
from glibcheck.buildfiles.meson.languages import add_language
from glibcheck.buildfiles.meson.patches import Patch, grow_call, grow_keyword, grow_value, patches
from glibcheck.buildfiles.meson.project import File, Project, Value
from glibcheck.buildfiles.meson.reading import include_dirs, keys, languages, sources
from glibcheck.buildfiles.meson.tokens import spell
from glibcheck.buildfiles.meson.tree import Call, String
from glibcheck.buildfiles.meson.values import own_binding, own_literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from glibcheck.buildfiles.meson.targets import Target

_VERSION = re.compile(r">=?\s*(\d+)\.(\d+)")
_LAST_NAME = re.compile(r"([^'/]+)'?\)*$")  # of a path, also as `join_paths(..., 'name')`
_INCLUDE = "-include"


def add_compile_flags(project: Project, target: Target, flags: tuple[str, ...]) -> tuple[Patch, ...]:
    """Give flags to the compiler of each language, one keyword argument after the other."""
    for language in languages(project, target):
        found = add_in_a_row(project, target, f"{language}_args", flags)
        if found:
            return found
    return ()


def add_link_flags(project: Project, target: Target, flags: tuple[str, ...]) -> tuple[Patch, ...]:
    """Give flags to the linker."""
    if target.form == "archive":
        raise target.refusal(f"{target.name} is an archive, which is never linked; give {flags} to what links it")
    return add_in_a_row(project, target, "link_args", flags)


def add_in_a_row(project: Project, target: Target, keyword: str, flags: tuple[str, ...]) -> tuple[Patch, ...]:
    """Add flags to a keyword argument unless they stand there in a row."""
    known = keys(project, target, keyword)
    if not flags or flags in (known[start : start + len(flags)] for start in range(len(known))):
        return ()
    return grow_keyword(project, target, keyword, lambda _: [spell(flag) for flag in flags])


def force_include(project: Project, target: Target, header: str) -> tuple[Patch, ...]:
    """Make the compiler of each language read a header of the project first."""
    name = posixpath.basename(header)
    for language in languages(project, target):
        known = keys(project, target, f"{language}_args")
        if not any(_names_header(known[at : at + 2], name) for at in range(len(known))):
            new = partial(_forced, project, header)
            return grow_keyword(project, target, f"{language}_args", new)
    return ()


def add_sources(project: Project, target: Target, paths: Sequence[str]) -> tuple[Patch, ...]:
    """Compile files as well, each that is not among the sources yet, by a compiler that the project asks for."""
    known = set(sources(project, target))
    new = [path for path in dict.fromkeys(paths) if path not in known]
    if not new:
        return ()
    _refuse_outside(project, target, new)
    if any(path.endswith(".c") for path in new):
        asked = add_language(project, target, "c")
        if asked:
            return asked
    here = _spelled(new, target.file)
    for value in _source_lists(target):
        if own_literal(project, value) is not None:
            return grow_value(project, value, lambda _: here)
        files = _own_call(project, value, "files")
        if files is not None:
            return grow_call(*files, _spelled(new, files[0]))
    given = target.value("sources")
    return _add_positional(target, here) if given is None else grow_value(project, given, lambda _: here)


def add_include_dirs(project: Project, target: Target, directories: Sequence[str]) -> tuple[Patch, ...]:
    """Search directories for headers, each that is not searched yet."""
    known = set(include_dirs(project, target))
    new = [directory for directory in dict.fromkeys(directories) if posixpath.normpath(directory) not in known]
    if not new:
        return ()
    _refuse_outside(project, target, new)
    value = target.value("include_directories")
    call = None if value is None else _own_call(project, value, "include_directories")
    if call is not None:
        return grow_call(*call, _spelled(new, call[0]))
    return grow_keyword(project, target, "include_directories", partial(_directories, new))


def _names_header(row: tuple[str | None, ...], name: str) -> bool:
    """Say whether two flags force a header of this name, however its path is spelled."""
    found = None if len(row) < 2 or row[0] != _INCLUDE else _LAST_NAME.search(row[1] or "")
    return found is not None and found[1] == name


def _forced(project: Project, header: str, file: File) -> list[str]:
    return [spell(_INCLUDE), _header(project, header, file)]


def _header(project: Project, header: str, file: File) -> str:
    """Spell the absolute path of a header so that the oldest Meson that the project supports understands it."""
    scope = project.scope(file)
    oldest = _oldest_meson(project, file)
    if oldest >= (0, 56):
        return f"meson.project_source_root() / {spell(_relative(header, scope.folder))}"
    path = spell(_relative(header, file.folder))
    if oldest >= (0, 49):
        return f"meson.current_source_dir() / {path}"
    return f"join_paths(meson.current_source_dir(), {path})"


def _oldest_meson(project: Project, file: File) -> tuple[int, int]:
    """Tell the version that `meson_version: '>=0.56'` asks for; the newest when the project asks for none."""
    begin = next(project.scope(file).calls("project"), None)
    asked = None if begin is None else begin.call.argument("meson_version")
    if begin is None or asked is None:
        return (99, 0)
    found = _VERSION.search(begin.file.text, asked.value.start, asked.value.end)
    return (99, 0) if found is None else (int(found[1]), int(found[2]))


def _source_lists(target: Target) -> list[Value]:
    """Give where sources stand, the best place for more of them first."""
    given = target.value("sources")
    positional = [Value(target.file, each.value) for each in reversed(target.call.positional()[1:])]
    return [each for each in (given, *positional) if each is not None and not isinstance(each.node, String)]


def _own_call(project: Project, value: Value, function: str) -> tuple[File, Call] | None:
    """Find the call of `function` that a value is, when nothing else reads it."""
    binding = own_binding(project, value)
    found = value if binding is None else binding.value
    if isinstance(found.node, Call) and found.node.function == function:
        return found.file, found.node
    return None


def _add_positional(target: Target, new: Sequence[str]) -> tuple[Patch, ...]:
    """Add arguments behind the last one without a keyword: Meson wants those first."""
    positional = target.call.positional()
    items = tuple(Item(each.start, each.end, each.comma) for each in positional)
    between = Brackets(target.call.inner, items[-1].stop, items)
    return patches(target.file, brackets.grow(target.file.text, between, new))


def _directories(new: Sequence[str], file: File) -> list[str]:
    return [f"include_directories({', '.join(_spelled(new, file))})"]


def _spelled(paths: Sequence[str], file: File) -> list[str]:
    return [spell(_relative(path, file.folder)) for path in paths]


def _relative(path: str, folder: str) -> str:
    return posixpath.relpath(path, folder or ".")


def _refuse_outside(project: Project, target: Target, paths: Sequence[str]) -> None:
    """Raise RewriteError for what a subproject may not read: Meson keeps each in its own folder."""
    folder = project.scope(target.file).folder
    outside = [path for path in paths if folder and not path.startswith(f"{folder}/")]
    if outside:
        message = f"{outside[0]} lies outside of {folder}, where Meson lets {target.name} read nothing; copy it there"
        raise target.refusal(message)
