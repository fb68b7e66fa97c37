"""Where build systems keep the objects of a linked file, so that a trace finds them without a word of the user.

Tried are: beside it (make, libtool's .libs), in FILE.p (meson), in CMakeFiles/NAME.dir (CMake), in build/temp.* for
build/lib.* or a source tree (setuptools). What is found there may be of another file or another build; it is only a
place to look (see `glibcheck.placing`).
"""

from __future__ import annotations

import glob
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_INSTALLED = ("site-packages", "dist-packages")  # the project around these is another one


def beside(path: str) -> tuple[str, ...]:
    """List the places where build systems keep the objects of a linked file, as far as there are any.

    Of a symbolic link, as `libx.so` often is, those of the file that it stands for count as well.
    """
    tried = [place for name in dict.fromkeys((os.path.abspath(path), os.path.realpath(path))) for place in _tried(name)]
    return tuple(dict.fromkeys(place for place in tried if os.path.exists(place)))


def _tried(path: str) -> Iterator[str]:
    folder, name = os.path.split(path)
    yield from _objects_in(folder)
    yield from _objects_in(os.path.join(folder, ".libs"))
    if os.path.basename(folder) == ".libs":  # libtool links a program there, of objects one folder up
        yield from _objects_in(os.path.dirname(folder))
    yield os.path.join(folder, f"{name}.p")
    words = name.split(".")
    for stem in (".".join(words[:end]) for end in range(1, len(words) + 1)):
        for target in (stem.removeprefix("lib"), stem):
            yield os.path.join(folder, "CMakeFiles", f"{target}.dir")
    yield from _setuptools(folder)


def _objects_in(folder: str) -> list[str]:
    """Give the objects and archives of a folder, but of none that holds a system's libraries."""
    if folder.startswith(("/usr/lib", "/lib", "/usr/local/lib")):
        return []
    try:
        return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith((".o", ".a")))
    except OSError:
        return []


def _setuptools(folder: str) -> list[str]:
    """Give build/temp.PLATFORM for a file in build/lib.PLATFORM; for one in the source tree, all of the project's."""
    while folder != os.path.dirname(folder):
        outer, name = os.path.split(folder)
        if name.startswith("lib.") and os.path.basename(outer) == "build":
            return [os.path.join(outer, f"temp.{name.removeprefix('lib.')}")]
        if name in _INSTALLED:
            return []
        found = sorted(glob.glob(f"{glob.escape(folder)}/build/temp.*"))
        if found:
            return found
        folder = outer
    return []
