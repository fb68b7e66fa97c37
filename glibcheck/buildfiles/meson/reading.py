"""What a target of a `meson.build` is made of: its sources, directories, libraries and flags.

Strings among the sources are relative to the folder of the file that defines the target, those inside of `files()` to
the file in which that stands; here they are all paths in the project.
"""

from __future__ import annotations

import posixpath

from glibcheck.buildfiles.meson.languages import named
from glibcheck.buildfiles.meson.project import Project, Value, first_string
from glibcheck.buildfiles.meson.targets import links
from glibcheck.buildfiles.meson.tokens import line_of
from glibcheck.buildfiles.meson.tree import Call, String
from glibcheck.buildfiles.meson.values import Unknown, hiding, keyword, leaves, spelled_key
from glibcheck.model.plan import Declaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.buildfiles.meson.targets import Target

# Which arguments reach the compiler of which sources; a Cython source becomes C unless it is told otherwise.
_LANGUAGES = {
    ".c": "c", ".s": "c", ".S": "c", ".pyx": "c", ".py": "c",
    ".cpp": "cpp", ".cc": "cpp", ".cxx": "cpp", ".c++": "cpp", ".C": "cpp", ".CPP": "cpp",
}  # fmt: skip
_ARGUMENTS = ("c_args", "cpp_args")
_CYTHON_CPP = "cython_language=cpp"


def declaration(project: Project, target: Target) -> Declaration:
    """Tell what a target is made of, as far as the text says it."""
    return Declaration(
        name=target.name,
        path=target.file.path,
        line=line_of(target.file.text, target.call.start),
        sources=_all(sources(project, target)),
        include_dirs=_all(include_dirs(project, target)),
        libraries=_all(libraries(project, target)),
        extra_compile_args=_all(flag for name in _ARGUMENTS for flag in keys(project, target, name)),
        form=target.form,
        links=links(project, target).names,
    )


def keys(project: Project, target: Target, name: str) -> tuple[str | None, ...]:
    """Tell what a keyword argument holds: strings, and other leaves as they are spelled; None for what is unknown."""
    value = target.value(name)
    if value is None:
        return () if hiding(project, target.file, target.call, {name}) is None else (None,)
    return tuple(spelled_key(leaf) for leaf in leaves(project, value))


def sources(project: Project, target: Target) -> Iterator[str | None]:
    """Tell the sources in order, as paths in the project; None for one that is made, or cannot be told."""
    values = [Value(target.file, argument.value) for argument in target.call.positional()[1:]]
    given = target.value("sources")
    for value in values if given is None else [*values, given]:
        yield from _paths(project, target, value, "files")


def include_dirs(project: Project, target: Target) -> Iterator[str | None]:
    """Tell the directories in order, as paths in the project; None for one that cannot be told."""
    value = target.value("include_directories")
    if value is not None:
        yield from _paths(project, target, value, "include_directories")


def libraries(project: Project, target: Target) -> Iterator[str | None]:
    """Tell the libraries of the system, named as after `-l`: from `find_library()`, and from the linker's flags."""
    dependencies = target.value("dependencies")
    for leaf in () if dependencies is None else leaves(project, dependencies):
        if isinstance(leaf, Unknown):
            yield None
        elif (name := found_library(leaf)) is not None:
            yield name
    for key in keys(project, target, "link_args"):
        if key is None or key.startswith("-l"):
            yield None if key is None else key[2:]


def found_library(leaf: Value | Unknown) -> str | None:
    """Tell the library that `compiler.find_library('m')` finds; None for any other value."""
    if isinstance(leaf, Value) and isinstance(leaf.node, Call) and leaf.node.function == "find_library":
        return first_string(leaf.node)
    return None


def languages(project: Project, target: Target) -> tuple[str, ...]:
    """Tell which of C and C++ a target is compiled from; where its sources are made, which of them its scope uses."""
    found = tuple(sources(project, target))
    by_suffix = {_LANGUAGES.get(posixpath.splitext(path)[1]) for path in found if path is not None}
    if any(path is not None and path.endswith((".pyx", ".py")) for path in found) and _cython_makes_cpp(
        project, target
    ):
        by_suffix = (by_suffix - {"c"} if not _has_c(found) else by_suffix) | {"cpp"}
    plain = {language for language in by_suffix if language is not None}
    if None in found or not plain:
        plain |= _of_scope(project, target)
    return tuple(language for language in ("c", "cpp") if language in plain)


def _has_c(paths: Iterable[str | None]) -> bool:
    return any(path is not None and path.endswith((".c", ".s", ".S")) for path in paths)


def _cython_makes_cpp(project: Project, target: Target) -> bool:
    return _CYTHON_CPP in (*keys(project, target, "override_options"), *project_options(project, target))


def project_options(project: Project, target: Target) -> tuple[str | None, ...]:
    """Tell the default options of the scope that a target belongs to, each as `name=value`."""
    begin = next(project.scope(target.file).calls("project"), None)
    given = None if begin is None else keyword(begin.file, begin.call, "default_options")
    return () if given is None else tuple(spelled_key(leaf) for leaf in leaves(project, given))


def _of_scope(project: Project, target: Target) -> set[str]:
    """Tell the languages that the scope names to `project()` and `add_languages()`; both when it names neither."""
    found = named(project, project.scope(target.file))
    return {language for language in ("c", "cpp") if language in found} or {"c", "cpp"}


def _paths(project: Project, target: Target, value: Value, function: str) -> Iterator[str | None]:
    for leaf in leaves(project, value):
        if isinstance(leaf, Value) and isinstance(leaf.node, String):
            yield _join(target.file.folder, leaf.node.value)
        elif isinstance(leaf, Value) and isinstance(leaf.node, Call) and leaf.node.function == function:
            for argument in leaf.node.positional():
                for part in leaves(project, Value(leaf.file, argument.value)):
                    plain = part.node.value if isinstance(part, Value) and isinstance(part.node, String) else None
                    yield _join(leaf.file.folder, plain)
        else:
            yield None


def _join(folder: str, path: str | None) -> str | None:
    return None if path is None else posixpath.normpath(posixpath.join(folder, path))


def _all(found: Iterable[str | None]) -> tuple[str, ...] | None:
    """Give all items, each once; None when one of them is unknown."""
    items = tuple(dict.fromkeys(found))
    known = tuple(item for item in items if item is not None)
    return known if len(known) == len(items) else None
