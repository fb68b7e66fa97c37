"""The scripts that stand in for linkers: plain sh, because most links need nothing more and a build has many.

A program that a build makes only to ask the compiler something (a configure probe) is left alone: nearly every program
that is linked on a new system names a new version, and nobody ever runs that one elsewhere.
"""

from __future__ import annotations

import shlex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AFTER = "afterlink.py"
# Where autoconf, Meson, CMake and distutils put the programs of their probes.
_PROBES = (
    "*/conftest*", "*/_configtest*", "*/a.out", "*/meson-private/*", "*/CMakeScratch/*", "*/cmTC_*", "*/CMakeTmp/*",
    "*/CompilerId*",
)  # fmt: skip


def linker(name: str, program: str, pattern: str, python: str, folder: str) -> str:
    """Write the script for a linker: `program` is the real one, `pattern` finds versions above the target."""
    after = shlex.join([python, "-I", "-S", f"{folder}/{AFTER}", name])
    return "\n".join([
        "#!/bin/sh",
        "# Made by glibcheck: the linker itself, then a look at what it made.",
        f'{shlex.quote(program)} "$@" || exit',
        "output=a.out kind=program before=",
        "for word do",
        '  case "$before" in -o|--output) output=$word ;; esac',
        '  case "$word" in',
        "    --output=*) output=${word#--output=} ;;",
        "    -o?*) output=${word#-o} ;;",
        "    -shared|--shared|-Bshareable) kind=library ;;",
        "    -r|-i|-Ur|--relocatable) exit 0 ;;",
        f'    @*) exec {after} "$@" ;;',
        "  esac",
        "  before=$word",
        "done",
        'case "$kind:$PWD/$output" in',
        f"  {'|'.join(f'program:{probe}' for probe in _PROBES)}) exit 0 ;;",
        "esac",
        f'LC_ALL=C grep -aqE {shlex.quote(pattern)} -- "$output" || exit 0',
        f'exec {after} "$@"',
        "",
    ])  # fmt: skip


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
