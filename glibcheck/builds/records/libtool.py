"""libtool's record: the `.la` file that it leaves in the build folder for each library that it links.

A `.la` file is a shell script of assignments (libtool manual, "Linking libraries"): `dlname` is the name for dlopen,
`library_names` are the file and its links, `old_library` the archive, `libdir` where it is installed. The files
themselves lie in `.libs` beside it. The build folder mirrors the source tree, so the folder of the `.la` file is that
of the Makefile.am; the line is not known.
"""

from __future__ import annotations

import os
import re

from glibcheck.builds.records.made import MOST_ROWS, Made, declared_name, read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST = 1 << 16
_ASSIGNMENT = re.compile(r"^(dlname|library_names|old_library|libdir)='([^'\n\0]*)'$", re.MULTILINE)


def read(build: str) -> tuple[Made, ...]:
    """Read what the `.la` files below a folder say, which is the source tree or a mirror of it."""
    rows: list[Made] = []
    for path in _la_files(build):
        text = read_bytes(path, _LARGEST).decode("utf-8", "replace")
        folder, name = os.path.split(path)
        declared = declared_name(build, folder, name)
        if "libtool library file" in text[:200] and declared is not None and len(rows) < MOST_ROWS:
            rows.append(_made(declared, folder, dict(_ASSIGNMENT.findall(text))))
    return tuple(rows)


def _made(name: str, folder: str, said: dict[str, str]) -> Made:
    names = [*said.get("library_names", "").split(), *said.get("dlname", "").split()]
    files = list(dict.fromkeys(os.path.basename(word) for word in names))
    libdir = said.get("libdir", "")
    return Made(
        name,
        tuple(os.path.join(folder, ".libs", word) for word in [*files, *said.get("old_library", "").split()]),
        tuple(os.path.join(libdir, word) for word in files) if libdir else (),
    )


def _la_files(build: str) -> Iterator[str]:
    for place, folders, names in os.walk(build):
        folders[:] = sorted(name for name in folders if name not in {".libs", ".git"})
        yield from (os.path.join(place, name) for name in sorted(names) if name.endswith(".la"))
