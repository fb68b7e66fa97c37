"""Linker scripts: what `-lc`, `-lm`, `-lstdc++`, ... find in a sysroot.

A file of that name which is text is read as a script (ld manual, "Implicit Linker Scripts"); glibc's own libc.so is
one. `OUTPUT_FORMAT` makes a linker for another machine pass it over. All paths are absolute, because linkers do not
agree on where a relative one starts.

Two choices of ours. libm, and every library that gave symbols to libc.so.6 in 2.34, is in libc.so `AS_NEEDED`: a
project that forgets `-lm`, or does not know that dlsym once was in libdl, gets a versioned name and a DT_NEEDED
entry, and every other one gets neither. And `-lm` by itself adds nothing, so no file needs a library that it does not
use.
"""

from __future__ import annotations

from glibcheck.model.names import Soname
from glibcheck.sysroot.machines import MACHINES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LIBC, LIBM, LIBMVEC = Soname("libc.so.6"), Soname("libm.so.6"), Soname("libmvec.so.1")
# Those whose symbols libc.so.6 took in, by the name that follows -l; the first is needed by most.
_MERGED = ("libm", "libpthread", "libdl", "librt", "libutil", "libanl", "libresolv")
_NEVER_NAMED = ("ld",)  # the loader; nobody writes -lld


def libc_script(machine: str, stubs: Sequence[Soname], folder: str, archives: Sequence[str]) -> str:
    """Write libc.so; `archives` are those behind the stub, in order, with their paths."""
    merged = [name for base in _MERGED for name in stubs if _base(name) == base]
    loader = [name for name in stubs if _base(name).startswith(_NEVER_NAMED)]
    needed = _as_needed(folder, [*merged, *loader])
    return _script(machine, [f"{folder}/{LIBC}", *archives, *needed])


def library_scripts(machine: str, stubs: Iterable[Soname], folder: str) -> dict[str, str]:
    """Write the scripts of the other libraries of glibc, by file name ('libm.so')."""
    named = [name for name in stubs if name != LIBC and not _base(name).startswith(_NEVER_NAMED)]
    scripts = {f"{_base(name)}.so": _script(machine, _as_needed(folder, [name])) for name in named}
    if LIBMVEC in named:
        scripts["libm.so"] = _script(machine, _as_needed(folder, [LIBM, LIBMVEC]))
    return scripts


def libgcc_s_script(machine: str, stub: str) -> str:
    """Write libgcc_s.so: the shared library, then what only libgcc.a has."""
    return _script(machine, [stub, "-lgcc"])


def libstdcxx_script(machine: str, archive: str, libm: str) -> str:
    """Write libstdc++.so for a private C++ runtime; `archive` and `libm` are paths."""
    return _script(machine, [archive, f"AS_NEEDED ( {libm} )"])


def _script(machine: str, words: Sequence[str]) -> str:
    return f"/* Made by glibcheck. */\nOUTPUT_FORMAT ( {MACHINES[machine].output} )\nGROUP ( {' '.join(words)} )\n"


def _as_needed(folder: str, names: Sequence[Soname]) -> list[str]:
    paths = " ".join(f"{folder}/{name}" for name in names)
    return [f"AS_NEEDED ( {paths} )"] if names else []


def _base(name: Soname) -> str:
    """Give a soname without '.so' and what follows: 'libm', 'ld-linux-x86-64'."""
    return name.partition(".so")[0]
