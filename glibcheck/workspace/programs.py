"""Programs of the system by name, and which of them is the compiler; nothing is run."""

from __future__ import annotations

import os

from glibcheck.errors import ToolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# How Debian and others call the compilers for machines, in front of '-gcc'.
_TRIPLES = {
    "x86_64": "x86_64-linux-gnu", "i686": "i686-linux-gnu", "aarch64": "aarch64-linux-gnu",
    "armv7l": "arm-linux-gnueabihf", "ppc64le": "powerpc64le-linux-gnu", "s390x": "s390x-linux-gnu",
    "riscv64": "riscv64-linux-gnu", "loongarch64": "loongarch64-linux-gnu",
}  # fmt: skip


def which(name: str, around: Mapping[str, str]) -> str | None:
    """Find a program as a shell with this environment would; `shutil.which` does so, too, and takes long to load."""
    folders = [""] if os.path.dirname(name) else around.get("PATH", os.defpath).split(":")
    paths = (os.path.join(folder, name) for folder in folders)
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), None)


def compiler_words(machine: str | None, around: Mapping[str, str]) -> tuple[str, ...]:
    """Choose the C compiler: that of CC, else that of the machine if one is named, else the system's.

    Raises: ToolError when there is none.
    """
    if around.get("CC"):
        return tuple(around["CC"].split())
    native = machine in (None, os.uname().machine)
    names = ("cc", "gcc", "clang") if native else (f"{_TRIPLES.get(machine or '', machine)}-gcc",)
    for name in names:
        if which(name, around):
            return (name,)
    raise ToolError(
        names[0], "is not installed; a sysroot needs a C compiler (Debian: apt-get install gcc), or name it in CC"
    )
