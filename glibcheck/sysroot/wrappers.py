"""The linkers of a sysroot: small shell scripts in front of the real ones, for builds that lose or bypass their flags.

A compiler looks for `ld` in the folders of COMPILER_PATH first (gcc manual, "Environment Variables"; clang does the
same). Each script puts `-L DIR` first and turns the full path of a library of this system's glibc, which CMake likes to
write, into that of its stub; then it becomes the real linker.
"""

from __future__ import annotations

import posixpath
import shlex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def wrapper(linker: str, folder: str, replaced: Mapping[str, str]) -> str:
    """Write the script for a linker (its path) and a sysroot; `replaced` maps words of the command line to others."""
    cases = [f"    {shlex.quote(word)}) word={shlex.quote(other)} ;;" for word, other in sorted(replaced.items())]
    lines = ["#!/bin/sh", "# Made by glibcheck.", "for word do", "  shift", '  case "$word" in', *cases, "  esac"]
    lines += ['  set -- "$@" "$word"', "done", f'exec {shlex.quote(linker)} -L {shlex.quote(folder)} "$@"']
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
