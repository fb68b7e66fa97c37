"""The scripts that stand in for linkers: plain sh, because most links need nothing more and a build has many.

A program that a build makes only to ask the compiler something (a configure probe) is left alone: nearly every program
that is linked on a new system names a new version, and nobody ever runs that one elsewhere.
"""

from __future__ import annotations

import shlex

from glibcheck.linkwatch.commandline import WITH_VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AFTER = "afterlink.py"
INSIDE = "GLIBCHECK_LINKING"  # set for what a linker starts: one that is a script may look for another on PATH
# What autoconf, distutils and CMake call the programs of their probes, and where they and Meson make them.
_PROBES = ("conftest*", "_configtest*", "a.out", "cmTC_*")
_PROBED = ("*/meson-private/*", "*/CMakeScratch/*", "*/CMakeTmp/*", "*/CompilerId*/*")
_VALUES = "|".join(sorted(WITH_VALUE - {"-o", "--output"}))


def linker(name: str, program: str, pattern: str, python: str, folder: str) -> str:
    """Write the script for a linker: `program` is the real one, where the build leads to no other of this name.

    `pattern` finds versions above the target.
    """
    after = f'{shlex.join([python, "-I", "-S", f"{folder}/{AFTER}"])} "$program" "$@"'
    return "\n".join([
        "#!/bin/sh",
        "# Made by glibcheck: the linker itself, then a look at what it made.",
        f'[ -z "${INSIDE}" ] || exec {shlex.quote(program)} "$@"',
        *_real(name, program, folder),
        f'{INSIDE}=1 "$program" "$@" || exit',
        "output=a.out kind=program before=",
        "for word do",
        '  case "$before" in',
        "    -o|--output) output=$word before=; continue ;;",
        f"    {_VALUES}) before=; continue ;;",
        "  esac",
        '  case "$word" in',
        "    --output=*) output=${word#--output=} ;;",
        "    -o?*) output=${word#-o} ;;",
        "    -shared|--shared|-Bshareable) kind=library ;;",
        "    -r|-i|-Ur|--relocatable) exit 0 ;;",
        f"    @*) exec {after} ;;",
        "  esac",
        "  before=$word",
        "done",
        'case "$kind:${output##*/}" in',
        f"  {'|'.join(f'program:{probe}' for probe in _PROBES)}) exit 0 ;;",
        "esac",
        'case "$kind:$PWD/$output" in',
        f"  {'|'.join(f'program:{probe}' for probe in _PROBED)}) exit 0 ;;",
        "esac",
        # A pattern by -e, for POSIXLY_CORRECT takes options behind it for files; -s, for there may be no output.
        f'LC_ALL=C grep -aqsE -e {shlex.quote(pattern)} -- "$output" || exit 0',
        f"exec {after}",
        "",
    ])  # fmt: skip


def collect2(program: str, folder: str) -> str:
    """Write the script for GCC's collect2, which starts the linker.

    What the command line names with -B is before COMPILER_PATH, for collect2 as for GCC; rustc brings its own lld so.
    """
    return "\n".join([
        "#!/bin/sh",
        "# Made by glibcheck: the linkers of its folder come before all others.",
        *_real("collect2", program, folder),
        f'COMPILER_PATH={shlex.quote(f"{folder}/bin")}:$COMPILER_PATH exec "$program" "$@"',
        "",
    ])  # fmt: skip


def _real(name: str, program: str, folder: str) -> list[str]:
    """Find what would be run without us: the first of the name in COMPILER_PATH, which GCC sets to where it looks."""
    return [
        f"program={shlex.quote(program)} rest=$COMPILER_PATH:",
        'while [ -n "$rest" ]; do',
        "  place=${rest%%:*} rest=${rest#*:}",
        f'  case "${{place%/}}" in ""|{shlex.quote(f"{folder}/bin")}) continue ;; esac',
        f"  found=${{place%/}}/{name}",
        '  if [ -f "$found" ] && [ -x "$found" ]; then program=$found; break; fi',
        "done",
    ]


def afterlink(task: Mapping[str, str | None], search_path: Sequence[str]) -> str:
    """Write what those scripts start: this very glibcheck, wherever the build found it, and no other one."""
    return "\n".join([
        "# Made by glibcheck.",
        "import sys",
        f"sys.path += {list(search_path)!r}",
        "from glibcheck.linkwatch.afterlink import Task, main",
        f"main(Task(**{dict(task)!r}), sys.argv[1:])",
        "",
    ])  # fmt: skip
