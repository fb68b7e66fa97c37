"""Build with configure and make, as `autoreconf -fi && ./configure && make && make install` would.

The configure script is always made anew where autoconf is at hand: an edited Makefile.am wants that, and what is built
before the edits and after them must be made by the same libtool. The build is in the source tree, which is the one
layout that every such project supports; what an earlier build there left is removed first, or make would keep it.
"""

from __future__ import annotations

import os
import re
import sys

from glibcheck.builds.commands import Shell, names_any, tool
from glibcheck.workspace.texts import require_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SOURCES = ("configure.ac", "configure.in")
_LIBTOOL = re.compile(rb"^\s*(?:LT_INIT|AC_PROG_LIBTOOL|AM_PROG_LIBTOOL)\b", re.MULTILINE)


def python_of(configure: Sequence[str]) -> str:
    """Name the Python that the project is built for: that of the user's arguments, of PYTHON, or the running one."""
    given = [word.removeprefix("PYTHON=") for word in configure if word.startswith("PYTHON=")]
    return [os.environ.get("PYTHON") or sys.executable, *given][-1]


def build(shell: Shell, product: str, configure: Sequence[str]) -> None:
    """Build the copy in `shell`, and install it below `product`.

    Raises: ToolError.
    """
    _require_tools(shell.copy)
    _clean(shell.copy)
    if any(os.path.isfile(os.path.join(shell.copy, name)) for name in _SOURCES):
        shell.run(tool("autoreconf"), "-fi")
    prefix = () if names_any(configure, "--prefix") else ("--prefix=/usr",)
    python = () if names_any(configure, "PYTHON=") else (f"PYTHON={python_of(configure)}",)
    shell.run("./configure", *prefix, *python, *configure)
    make = tool("make")
    shell.run(make, "-j2")
    shell.run(make, "install", f"DESTDIR={product}")


def _require_tools(copy: str) -> None:
    for name in ("autoreconf", "automake", "make"):
        tool(name)
    paths = (os.path.join(copy, name) for name in _SOURCES)
    if any(_LIBTOOL.search(require_bytes(path)) for path in paths if os.path.isfile(path)):
        tool("libtoolize")


def _clean(copy: str) -> None:
    """Remove what an earlier build in the source tree left, when there was one."""
    if os.path.isfile(os.path.join(copy, "config.status")):
        for path in [*_left(copy), os.path.join(copy, "config.status")]:
            os.unlink(path)


def _left(copy: str) -> Iterator[str]:
    for place, folders, names in os.walk(copy):
        # Objects are automake's where it keeps their dependencies; others may have been shipped.
        endings = (".o", ".lo") if ".deps" in folders else ()
        for name in names:
            generated = name == "Makefile" and "Makefile.am" in names
            if generated or name.endswith(endings) or os.path.basename(place) in {".deps", ".libs"}:
                yield os.path.join(place, name)
