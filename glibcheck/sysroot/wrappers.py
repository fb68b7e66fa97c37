"""The programs of a sysroot: small shell scripts in front of the real ones, for builds that lose or bypass flags.

A compiler looks for its parts in the folders of COMPILER_PATH first (gcc manual, "Environment Variables"; clang does
the same). That of a linker puts `-L DIR` first and turns the full path of a library of this system's glibc, which
CMake likes to write, into that of its stub; then it becomes the real linker. That of gcc's `cc1plus` adds a flag:
what a project's objects define in templates of the standard library must not be unique in the process
(STB_GNU_UNIQUE) when the library is private; clang never makes such symbols.
"""

from __future__ import annotations

import posixpath
import shlex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


INSTEAD = "GLIBCHECK_PROGRAM"


def wrapper(program: str, words: Sequence[str], replaced: Mapping[str, str] = {}) -> str:
    """Write the script for a program: `words` come first, and `replaced` maps words of the command line to others.

    Who has another program in its place, such as the linker that a build brings along, names that in the environment.
    """
    cases = [f"    {shlex.quote(word)}) word={shlex.quote(other)} ;;" for word, other in sorted(replaced.items())]
    lines = ["#!/bin/sh", "# Made by glibcheck."]
    if cases:
        lines += ["for word do", "  shift", '  case "$word" in', *cases, "  esac", '  set -- "$@" "$word"', "done"]
    lines.append(f"program={shlex.quote(program)}")
    lines.append(f'exec "${{{INSTEAD}:-$program}}" {shlex.join(words)} "$@"')
    return "\n".join(lines) + "\n"


def replaced_paths(glibc: Mapping[str, str], names: Collection[str], folder: str) -> dict[str, str]:
    """Map the paths under which this system has libraries of glibc to those in a sysroot.

    `glibc` is where its libraries are by soname, `names` the files in the sysroot. `/lib` and `/usr/lib` are one folder
    on most systems, and either may be written.
    """
    places = {posixpath.dirname(path) for path in glibc.values()}
    places |= {place.removeprefix("/usr") for place in places} | {f"/usr{place}" for place in places}
    places = {place for place in places if not place.startswith("/usr/usr")}
    found = {f"{place}/{name}": f"{folder}/{name}" for place in places for name in names}
    for soname in glibc:
        script = f"{soname.partition('.so')[0]}.so"
        if script in names:  # else the target has no such library, and what is linked with it is above the target
            found |= {f"{place}/{soname}": f"{folder}/{script}" for place in places}
    return found
