"""A compiler, what belongs to it, and what is asked of a sysroot for it."""

from __future__ import annotations

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    Runtime = Literal["auto", "private", "shared"]


class Toolchain(Record):
    """A C compiler with its libraries, all paths absolute.

    `command` are the words that start the compiler, `cxx` those of its C++ compiler (None when there is none),
    `machine` what it compiles for, as `uname -m` says it. `glibc` are the libraries of its glibc by soname,
    `nonshared` its libc_nonshared.a (None when that glibc has none any more), `libgcc_s` and `libstdcxx` its shared
    runtimes and `archives` its static C++ ones by file name. `linkers` are the programs by the names under which
    compilers look for them ('ld', 'ld.gold', ...), `cc1plus` is gcc's own compiler of C++, which its drivers run
    (None when there is none).
    """

    command: tuple[str, ...]
    cxx: tuple[str, ...] | None
    kind: Literal["gcc", "clang"]
    version: str
    machine: str
    glibc: Mapping[str, str]
    nonshared: str | None
    libgcc_s: str | None
    libstdcxx: str | None
    archives: Mapping[str, str]
    linkers: Mapping[str, str]
    cc1plus: str | None = None


class Wish(Record):
    """What is asked for: a target by its name, a machine (None: the compiler's), the C++ runtime, the environment."""

    target: str
    machine: str | None
    runtime: Runtime
    around: Mapping[str, str]
