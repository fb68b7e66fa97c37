"""What is added to a target: sources, folders of headers, options of the compiler and of the linker.

Each goes into the `target_...` command for it: into one that is there, when it ends in the PRIVATE section, else into a
new one behind the commands that follow the target's definition without a blank line.

Two traps. CMake drops options that come twice, word by word, so words that belong together are one option,
"SHELL:-include x.h" (target_compile_options(), "Option De-duplication"; since 3.12). And all target_link_libraries()
of one target must have sections, or none (CMP0023).
"""

from __future__ import annotations

import posixpath
import shlex

from glibcheck.buildfiles import stdcxx
from glibcheck.buildfiles.cmake.archives import refuse_shared
from glibcheck.buildfiles.cmake.calls import Call
from glibcheck.buildfiles.cmake.commands import Argument
from glibcheck.buildfiles.cmake.declared import sources
from glibcheck.buildfiles.cmake.edits import Edit, add_arguments, add_command, replace, spell
from glibcheck.buildfiles.cmake.languages import enable, header_path, language_of, languages, minimum
from glibcheck.buildfiles.cmake.targets import Build, Target, items
from glibcheck.buildfiles.cmake.variables import expand, in_project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_COMPILE = "target_compile_options"
_LINK = "target_link_libraries"
_SHELL_SINCE = (3, 12)
_LINK_OPTIONS_SINCE = (3, 13)
_LANGUAGE_LISTS_SINCE = (3, 15)
_EXCLUDED = "LINKER:--exclude-libs,ALL"


def add_sources(build: Build, target: Target, new: Sequence[str]) -> tuple[Edit, ...]:
    """Compile more files; they stand with the others when those are written out in the definition."""
    folder = target.call.folder
    written = sources(build, target)
    known = {in_project(value, folder) for value in written if value is not None}
    missing = [path for path in dict.fromkeys(new) if path not in known]
    if not missing:
        return ()
    spelled = [spell(posixpath.relpath(path, folder or ".")) for path in missing]
    places = [
        word
        for word in target.call.words[1:]
        if target.maker is None and word.value in written and not word.is_reference
    ]
    if places and None not in written and target.call.source.path == posixpath.join(folder, "CMakeLists.txt"):
        return (add_arguments(target.call, places[-1], spelled),)
    return _say(build, target, "target_sources", spelled)


def enable_languages(build: Build, target: Target, new: Sequence[str]) -> tuple[Edit, ...]:
    """Enable the first language of new files that the project does not compile yet."""
    edits = (enable(build, target, language) for language in map(language_of, new) if language)
    return next((edit for edit in edits if edit), ())


def add_include_dirs(build: Build, target: Target, new: Sequence[str]) -> tuple[Edit, ...]:
    """Search more folders for headers."""
    folder = target.call.folder
    values = (item.value for item in build.items(target, "target_include_directories") if item.is_own)
    known = {in_project(value, folder) for value in values if value is not None}
    missing = [path for path in dict.fromkeys(new) if posixpath.normpath(path) not in known]
    seen_from_here = [posixpath.relpath(path, folder or ".") for path in missing]
    spelled = ["${CMAKE_CURRENT_SOURCE_DIR}" if path == "." else spell(path) for path in seen_from_here]
    return _say(build, target, "target_include_directories", spelled) if spelled else ()


def add_compile_flags(build: Build, target: Target, flags: Sequence[str]) -> tuple[Edit, ...]:
    """Pass more words to the compiler."""
    return _add_in_a_row(build, target, _COMPILE, _options(build, flags))


def add_link_flags(build: Build, target: Target, flags: Sequence[str]) -> tuple[Edit, ...]:
    """Pass more words to the linker; libraries go where libraries go, behind the objects."""
    libraries = [flag for flag in flags if flag.startswith("-l")]
    others = [flag for flag in flags if not flag.startswith("-l")]
    if minimum(build) < _LINK_OPTIONS_SINCE:
        return _add_in_a_row(build, target, _LINK, [spell(flag) for flag in flags])
    options = _add_in_a_row(build, target, "target_link_options", _options(build, others))
    return options or _add_in_a_row(build, target, _LINK, [spell(flag) for flag in libraries])


def force_include(build: Build, target: Target, header: str) -> tuple[Edit, ...]:
    """Read a header before each C or C++ source."""
    path = header_path(target, header)
    known = [item.value or "" for item in build.items(target, _COMPILE) if item.is_own]
    (read,) = _value(f'"{path}"', target.call)
    # It may stand there under another condition, or as two words.
    rows = zip(["", *known], known, strict=False)
    if any("-include" in above + value and value.rstrip("'>").endswith(read) for above, value in rows):
        return ()
    grouped = minimum(build) >= _SHELL_SINCE
    if _has_other_languages(build, target):
        option = f"SHELL:-include '{path}'" if grouped else f"-include;{path}"
        return _say(build, target, _COMPILE, [f'"$<{_guard(build)}:{option}>"'])
    return _say(build, target, _COMPILE, [f"\"SHELL:-include '{path}'\""] if grouped else ["-include", f'"{path}"'])


def private_runtime(build: Build, target: Target) -> tuple[Edit, ...]:
    """Link libstdc++ from its archive, and hide what it defines."""
    known = [
        item.value or ""
        for command in ("target_link_options", _LINK)
        for item in build.items(target, command)
        if item.is_own
    ]
    hidden = any("--exclude-libs" in value and ("libstdc++.a" in value or "ALL" in value) for value in known)
    flags = [stdcxx.STATIC] * (stdcxx.STATIC not in known) + [_EXCLUDED] * (not hidden)
    if minimum(build) < _LINK_OPTIONS_SINCE:
        flags = [flag.replace("LINKER:", "-Wl,") for flag in flags]
    return add_link_flags(build, target, flags)


def archive_for_the_named_runtime(build: Build, target: Target) -> tuple[Edit, ...]:
    """Name the archive where stdc++ is named (see `stdcxx`)."""
    named = [item for item in build.items(target, _LINK) if item.is_own and item.value in {stdcxx.NAME, stdcxx.NAMED}]
    for item in named:
        refuse_shared(target, item)
    return tuple(replace(item.call, item.word, stdcxx.ARCHIVE) for item in named)


def _has_other_languages(build: Build, target: Target) -> bool:
    """Say whether a source of the target may be in a language that is neither C nor C++."""
    ours = {"C", "CXX"}
    enabled = languages(build)
    if enabled is not None and enabled <= ours:
        return False
    return any(source is None or language_of(source) not in {*ours, None} for source in sources(build, target))


def _guard(build: Build) -> str:
    """Write the condition that a source is in C or C++."""
    if minimum(build) >= _LANGUAGE_LISTS_SINCE:
        return "$<COMPILE_LANGUAGE:C,CXX>"
    return "$<OR:$<COMPILE_LANGUAGE:C>,$<COMPILE_LANGUAGE:CXX>>"


def _options(build: Build, flags: Sequence[str]) -> list[str]:
    """Spell flags, each with the words that belong to it."""
    groups: list[list[str]] = []
    for flag in flags:
        if groups and not flag.startswith(("-", "LINKER:")) and minimum(build) >= _SHELL_SINCE:
            groups[-1].append(flag)
        else:
            groups.append([flag])
    return [spell(group[0] if len(group) == 1 else f"SHELL:{shlex.join(group)}") for group in groups]


def _add_in_a_row(build: Build, target: Target, command: str, spelled: Sequence[str]) -> tuple[Edit, ...]:
    """Add words unless they stand there in this order."""
    row: list[str | None] = [value for word in spelled for value in _value(word, target.call)]
    known = [item.value for item in build.items(target, command) if item.is_own]
    rows = (known[start : start + len(row)] for start in range(len(known)))
    return () if not row or any(each == row for each in rows) else _say(build, target, command, spelled)


def _value(spelled: str, call: Call) -> tuple[str, ...]:
    """Tell what a word of ours comes to where the target is defined."""
    kind = "quoted" if spelled.startswith('"') else "unquoted"
    return expand(Argument(kind, 0, len(spelled), spelled), call.variables) or (spelled,)


def _say(build: Build, target: Target, command: str, spelled: Sequence[str]) -> tuple[Edit, ...]:
    """Put words into a command about the target, one that is there or a new one."""
    section = _section(build, target, command)
    for call in build.about(target, command):
        written = list(items(call))
        same_place = call.blocks == target.call.blocks and call.source.path == target.call.source.path
        if same_place and written and written[-1].section == section and written[-1].word == call.words[-1]:
            return (add_arguments(call, call.words[-1], spelled),)
    sections = [] if section is None else [section]
    return (add_command(_last_about(build, target), command, [target.spelled, *sections, *spelled], like=target.call),)


def _section(build: Build, target: Target, command: str) -> str | None:
    """Tell in which section words go: target_link_libraries() of old files, and of scikit-build, has none."""
    if command != _LINK:
        return "PRIVATE"
    used = [item.section for item in build.items(target, command)]
    if used:
        return None if None in used else "PRIVATE"
    return None if any(build.about(target, "python_extension_module")) else "PRIVATE"


def _last_about(build: Build, target: Target) -> Call:
    """Find the last of the commands about the target that follow its definition without a blank line."""
    last = target.call
    for call in build.calls[build.calls.index(target.call) + 1 :]:
        between = call.source.text[last.command.end : call.command.start]
        apart = between.strip() or between.count("\n") != 1
        if call.source.path != last.source.path or apart or not build.speaks_of(call, target):
            break
        last = call
    return last
