"""What the targets of a project come to as declarations."""

from __future__ import annotations

import shlex

from glibcheck.buildfiles.cmake import definitions
from glibcheck.buildfiles.cmake.targets import Build, Item, Target, items
from glibcheck.buildfiles.cmake.variables import in_project
from glibcheck.model.plan import Declaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def declaration(build: Build, target: Target) -> Declaration:
    """Tell what a target is."""
    own = _linked(build, target)
    directories = [item for item in build.items(target, "target_include_directories") if item.is_own]
    options = [item.value for item in build.items(target, "target_compile_options") if item.is_own]
    return Declaration(
        name=target.full_name,
        path=target.call.source.path,
        line=target.call.line,
        sources=_paths(target, sources(build, target)),
        include_dirs=_paths(target, [item.value for item in directories]),
        libraries=_all(_library(build, item.value) for item in own),
        extra_compile_args=flags(options),
        form=target.form,
        links=tuple(dict.fromkeys(_links(build, own, frozenset()))),
    )


def riddles(build: Build) -> Iterator[str]:
    """Say of each command that makes targets of unknown names where it stands."""
    for riddle in build.riddles:
        what = f"{riddle.call.command.spelled}() makes a target whose name cannot be told from the text"
        yield str(riddle.call.refusal(what))


def sources(build: Build, target: Target) -> tuple[str | None, ...]:
    """Give the source files as they are written, None for what cannot be told."""
    # What a function of the project takes for sources, its body decides.
    written = (None,) if target.maker is not None else definitions.sources(target.call)
    return (*written, *(item.value for item in build.items(target, "target_sources") if item.is_own))


def flags(options: Iterable[str | None]) -> tuple[str, ...] | None:
    """Give the words of compiler or linker options; None when a variable or generator expression is among them."""
    words: list[str] = []
    for option in options:
        if option is None or "$<" in option:
            return None
        words += shlex.split(option.removeprefix("SHELL:")) if option.startswith("SHELL:") else [option]
    return tuple(words)


def _linked(build: Build, target: Target) -> list[Item]:
    return [item for item in build.items(target, "target_link_libraries") if item.is_own]


def _links(build: Build, linked: Iterable[Item], above: frozenset[str]) -> Iterator[str]:
    """Follow names, and what interface libraries pass on; `above` are those being followed."""
    for item in linked:
        if item.value in build.interfaces and item.value not in above:
            passed_on = [
                each
                for call in build.calls
                if call.name == "target_link_libraries" and call.value(0) == item.value
                for each in items(call)
            ]
            yield from _links(build, passed_on, above | {item.value})
        elif item.value is not None:
            yield from (target.full_name for target in build.named(item.value))


def _library(build: Build, value: str | None) -> str | None:
    """Tell the library that a word links by its plain name, as after -l; '' for a word that names no such thing."""
    if value is None or build.named(value) or value in build.interfaces:
        return None if value is None else ""
    if value.startswith("-l"):
        return value[2:]
    return "" if value.startswith("-") or "::" in value or "/" in value or "$<" in value else value


def _paths(target: Target, values: Iterable[str | None]) -> tuple[str, ...] | None:
    return _all(None if value is None or "$<" in value else _path(target, value) for value in values)


def _path(target: Target, value: str) -> str:
    return in_project(value, target.call.folder) or value


def _all(values: Iterable[str | None]) -> tuple[str, ...] | None:
    """Give the values that are not empty; None when one of them is None."""
    found = tuple(values)
    told = tuple(value for value in found if value is not None)
    return tuple(value for value in told if value) if len(told) == len(found) else None
