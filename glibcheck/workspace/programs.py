"""Programs of the system, found as a shell finds them; `shutil`, which does the same, takes longer to load."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def program(name: str, around: Mapping[str, str]) -> str | None:
    """Find a program on the PATH of an environment; a name with a slash is a path already. None when there is none."""
    if os.path.dirname(name):
        return name if _runs(name) else None
    places = around.get("PATH", os.defpath).split(os.pathsep)
    paths = (os.path.join(place, name) for place in places if place)
    return next(filter(_runs, paths), None)


def _runs(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)
