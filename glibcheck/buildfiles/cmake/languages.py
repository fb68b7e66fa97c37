"""The languages of a project, and the oldest CMake that it is written for.

`project()` enables C and C++ when it names no language (project(), "Options"); `enable_language()` adds to them. What
may be written is decided by `cmake_minimum_required()`: who builds the project may have that release of CMake.
"""

from __future__ import annotations

import posixpath
import re

from glibcheck.buildfiles.cmake.calls import Call, Word
from glibcheck.buildfiles.cmake.edits import Edit, add_arguments, add_command, replace
from glibcheck.buildfiles.cmake.targets import Build, Target
from glibcheck.buildfiles.cmake.variables import in_project

_BY_SUFFIX = {".c": "C", ".s": "ASM", ".f90": "Fortran", ".f": "Fortran", ".cu": "CUDA"}
_BY_SUFFIX |= dict.fromkeys((".cc", ".cpp", ".cxx", ".c++"), "CXX")
_HEADERS = {".h", ".hh", ".hpp", ".hxx", ".h++", ".inl", ".inc", ".ipp", ".tpp"}
_OPTIONS = {"VERSION", "DESCRIPTION", "HOMEPAGE_URL", "COMPAT_VERSION"}
_NUMBERS = re.compile(r"(\d+)\.(\d+)")


def minimum(build: Build) -> tuple[int, int]:
    """Tell the oldest release of CMake that must do; (99, 0) when the files ask for none."""
    asked = (call.value(1) or "" for call in build.calls if call.name == "cmake_minimum_required")
    found = [match for match in map(_NUMBERS.match, asked) if match]
    return max(((int(match[1]), int(match[2])) for match in found), default=(99, 0))


def languages(build: Build) -> frozenset[str] | None:
    """Tell what languages the project enables; None when that is computed."""
    projects = [call for call in build.calls if call.name == "project"]
    found = set() if projects else {"C", "CXX"}  # as if the first line were project(Project)
    for call in build.calls:
        named = _named(call)
        if any(word.values is None for word in named):
            return None
        found |= {value for word in named for value in word.values or ()}
        if call.name == "project" and not named:
            found |= {"C", "CXX"}
    return frozenset(found) - {"NONE"}


def language_of(source: str) -> str | None:
    """Tell by its name what language a source file is in; None for a header, "" for what we do not know."""
    suffix = posixpath.splitext(source)[1].lower()
    return None if suffix in _HEADERS else _BY_SUFFIX.get(suffix, "")


def enable(build: Build, target: Target, language: str) -> tuple[Edit, ...]:
    """Make the project compile a language.

    Raises: RewriteError when the languages are computed, or no project() is there.
    """
    enabled = languages(build)
    if enabled is not None and language in enabled:
        return ()
    project = _project_of(build, target)
    if project is None or enabled is None:
        raise target.call.refusal(f"the languages of the project are computed; make it compile {language} by hand")
    named = _named(project)
    if not named or not named[0].is_plain:
        return (add_command(project, "enable_language", [language]),)
    if named[0].value == "NONE":
        return (replace(project, named[0], language),)
    if language == "C":
        return (replace(project, named[0], f"C {named[0].argument.text}"),)
    return (add_arguments(project, named[-1], [language]),)


def header_path(target: Target, header: str) -> str:
    """Write the path of a file, told relative to the project, so that it holds wherever the project is."""
    top = target.call.variable("PROJECT_SOURCE_DIR")
    folder = None if top is None else in_project(top, "")
    if folder is None:
        return "${CMAKE_CURRENT_SOURCE_DIR}/" + posixpath.relpath(header, target.call.folder or ".")
    return "${PROJECT_SOURCE_DIR}/" + posixpath.relpath(header, folder)


def _project_of(build: Build, target: Target) -> Call | None:
    """Find the project() that the target belongs to: the one whose folder PROJECT_SOURCE_DIR names there."""
    here = target.call.variable("PROJECT_SOURCE_DIR")
    found = [call for call in build.calls if call.name == "project" and in_project(here or "$<", "") is not None]
    return next((call for call in found if (call.folder or ".") == in_project(here or "$<", "")), None)


def _named(call: Call) -> tuple[Word, ...]:
    """Give the words of project() or enable_language() that name languages."""
    if call.name == "enable_language":
        return tuple(word for word in call.words if word.value != "OPTIONAL")
    if call.name != "project":
        return ()
    words = call.words[1:]
    marks = [index for index, word in enumerate(words) if word.argument.text == "LANGUAGES"]
    if marks:
        words = words[marks[0] + 1 :]
    elif any(word.value in _OPTIONS for word in words):
        return ()
    ends = [index for index, word in enumerate(words) if word.value in _OPTIONS]
    return words[: ends[0]] if ends else words
