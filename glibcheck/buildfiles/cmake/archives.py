"""A shared library of the project becomes an archive.

add_library(... STATIC) makes it one. What else changes with that: CMake compiles for shared libraries with -fPIC by
itself, and for archives only when POSITION_INDEPENDENT_CODE says so; a VERSION and SOVERSION are of no more use; and
nobody needs the file at run time, so install() names it no more. What links it stays as it is.
"""

from __future__ import annotations

from glibcheck.buildfiles.cmake.calls import Call, Word
from glibcheck.buildfiles.cmake.definitions import is_true
from glibcheck.buildfiles.cmake.edits import (
    Edit,
    add_arguments,
    add_command,
    drop_arguments,
    drop_command,
    replace,
)
from glibcheck.buildfiles.cmake.targets import SECTIONS, Build, Item, Target, items

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PIC = "POSITION_INDEPENDENT_CODE"
_TYPES = {"STATIC", "SHARED", "MODULE", "OBJECT"}
_VERSIONS = {"VERSION", "SOVERSION"}
# What ends the names in install(TARGETS name... ).
_INSTALL = {"EXPORT", "RUNTIME_DEPENDENCIES", "RUNTIME_DEPENDENCY_SET", "ARCHIVE", "LIBRARY", "RUNTIME", "OBJECTS"}
_INSTALL |= {"FRAMEWORK", "BUNDLE", "PRIVATE_HEADER", "PUBLIC_HEADER", "RESOURCE", "FILE_SET", "CXX_MODULES_BMI"}
_INSTALL |= {"DESTINATION", "PERMISSIONS", "CONFIGURATIONS", "COMPONENT", "NAMELINK_COMPONENT", "OPTIONAL"}
_INSTALL |= {"EXCLUDE_FROM_ALL", "NAMELINK_ONLY", "NAMELINK_SKIP", "INCLUDES"}


def make_static(build: Build, target: Target) -> tuple[Edit, ...]:
    """Say STATIC in the definition."""
    if target.form not in {"library", "archive"}:
        raise target.call.refusal(f"{target.name} is no library that others link, so it cannot become an archive")
    if target.maker is not None:
        what = f"{target.name} is made by {target.call.command.spelled}(), which may make others"
        raise target.maker.definition.refusal(f"{what}; define {target.name} on its own by hand, as STATIC")
    second = target.call.words[1] if len(target.call.words) > 1 else target.call.words[0]
    stated = second.values[0] if second.values else None
    if stated in {"STATIC", "OBJECT"}:
        return ()
    if stated not in _TYPES and (second.values is not None or not second.is_reference):
        return (add_arguments(target.call, target.call.words[0], ["STATIC"]),)
    if not second.is_plain:
        what = f"{second.argument.text} may say what kind of library {target.name} is"
        raise target.call.refusal(f"{what}; write STATIC there by hand")
    return (replace(target.call, second, "STATIC"),)


def make_position_independent(build: Build, target: Target) -> tuple[Edit, ...]:
    """Compile the archive's objects with -fPIC: they end up in an extension."""
    said = [
        (call, value.value)
        for call in _property_calls(build, target)
        for key, value in _properties(call)
        if key.value == _PIC
    ]
    for call, value in said:
        if not is_true(value):
            raise call.refusal(f"{_PIC} of {target.name} is not plainly ON, and its archive needs it; set it by hand")
    if said or is_true(target.call.variable("CMAKE_POSITION_INDEPENDENT_CODE")):
        return ()
    for call in _property_calls(build, target, alone=True):
        pairs = tuple(_properties(call))
        if call.name == "set_target_properties" and pairs and _stands_with(call, target):
            return (add_arguments(call, pairs[-1][1], [f"{_PIC} ON"], group=2),)
    return (add_command(target.call, "set_target_properties", [target.spelled, "PROPERTIES", _PIC, "ON"]),)


def drop_versions(build: Build, target: Target) -> tuple[Edit, ...]:
    """Take VERSION and SOVERSION out of set_target_properties()."""
    for call in _property_calls(build, target, alone=True):
        pairs = tuple(_properties(call))
        useless = [pair for pair in pairs if pair[0].value in _VERSIONS]
        if call.name == "set_target_properties" and useless:
            if len(useless) == len(pairs):
                return (drop_command(call),)
            return drop_arguments(call, [word for pair in useless for word in pair])
    return ()


def install_no_more(build: Build, target: Target) -> tuple[Edit, ...]:
    """Take the target out of each install(); one that installs nothing else goes."""
    edits: list[Edit] = []
    for call in build.calls:
        if call.name != "install":
            continue
        _refuse_installed_file(call, target)
        names = tuple(_installed(call))
        ours = [word for word in names if word.values is not None and target.name in word.values]
        if not ours:
            continue
        # It may be named by the variable that names it where it is defined: `${PROJECT_NAME}`.
        if any(not word.is_plain and word.argument.text != target.call.words[0].argument.text for word in ours):
            raise call.refusal(f"{target.name} is installed through a variable; take it out of there by hand")
        if "EXPORT" in call.values():
            what = f"{target.name} is exported for other projects, which link the shared library"
            raise call.refusal(f"{what}; take it out of EXPORT by hand, or leave it shared")
        edits += [drop_command(call)] if len(ours) == len(names) else drop_arguments(call, ours)
    return tuple(edits)


def drop_objects_inside(build: Build, target: Target, library: str, inside: tuple[str, ...]) -> tuple[Edit, ...]:
    """Take object libraries out of the link that the archive `library` has inside of it: they would come twice."""
    own = [item for item in build.items(target, "target_link_libraries") if item.is_own]
    if library not in {name for item in own for name in _names(build, item)}:
        return ()
    twice = [item for item in own if set(_names(build, item, "OBJECT")) & set(inside)]
    return drop_links(target, twice)


def drop_links(target: Target, links: Iterable[Item]) -> tuple[Edit, ...]:
    """Take items out of target_link_libraries(), with a section or a command that is left empty; first command first.

    Raises: RewriteError when one of them comes with a variable.
    """
    links = tuple(links)
    for item in links:
        refuse_shared(target, item)
    if not links:
        return ()
    call = links[0].call
    gone = [item.word for item in links if item.call is call]
    left = [item for item in items(call) if item.word not in gone]
    if not left:
        return (drop_command(call),)
    return drop_arguments(call, [*gone, *_empty_sections(call, gone)])


def refuse_shared(target: Target, item: Item) -> None:
    """Raise RewriteError when a change to an item would change others as well."""
    if item.call.body is not None:
        what = f"{target.name} is linked to {item.value} in a body, with all that it makes"
        raise item.call.refusal(f"{what}; change that by hand")
    if not item.word.is_plain:
        what = f"{target.name} is linked to {item.value} through {item.word.argument.text}"
        raise item.call.refusal(f"{what}; take it out there by hand")


def _empty_sections(call: Call, gone: list[Word]) -> Iterator[Word]:
    """Give the section keywords behind which nothing is left; one that was empty before stays."""
    section: Word | None = None
    inside: list[Word] = []
    for word in (*call.words[1:], None):
        if word is None or word.value in SECTIONS:
            if section is not None and inside and all(each in gone for each in inside):
                yield section
            section, inside = word, []
        else:
            inside.append(word)


def _names(build: Build, item: Item, kind: str | None = None) -> Iterator[str]:
    found = () if item.value is None else build.named(item.value)
    return (row.full_name for row in found if kind is None or row.call.value(1) == kind)


def _stands_with(call: Call, target: Target) -> bool:
    return call.source.path == target.call.source.path and call.blocks == target.call.blocks


def _property_calls(build: Build, target: Target, alone: bool = False) -> Iterator[Call]:
    """Give the calls that set properties of the target; with `alone`, of no other target at once."""
    for call in build.calls:
        values = call.values()
        if call.name == "set_target_properties" and "PROPERTIES" in values:
            names = values[: values.index("PROPERTIES")]
        elif call.name == "set_property" and values[:1] == ("TARGET",) and "PROPERTY" in values:
            names = values[1 : values.index("PROPERTY")]
        else:
            continue
        if target.name in names and (not alone or len(names) == 1):
            yield call


def _properties(call: Call) -> Iterator[tuple[Word, Word]]:
    """Give the properties that a call sets, and their values."""
    texts = [word.argument.text for word in call.words]
    mark = "PROPERTIES" if call.name == "set_target_properties" else "PROPERTY"
    words = call.words[texts.index(mark) + 1 :] if mark in texts else ()
    if call.name == "set_property":
        words = words[:2]
    yield from zip(words[::2], words[1::2], strict=False)


def _installed(call: Call) -> Iterator[Word]:
    """Give the words of install(TARGETS ...) that name targets."""
    if call.value(0) != "TARGETS":
        return
    for word in call.words[1:]:
        if word.value in _INSTALL:
            return
        yield word


def _refuse_installed_file(call: Call, target: Target) -> None:
    """Raise RewriteError when a command installs the library's file without naming the target."""
    texts = [value for value in call.values() if value is not None and "$<TARGET_" in value]
    if any(f"_FILE:{target.name}>" in text or f"SONAME_FILE:{target.name}>" in text for text in texts):
        raise call.refusal(f"this installs the file of {target.name}, which becomes an archive; take it out by hand")
