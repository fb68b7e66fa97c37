"""The records that build systems keep of their builds: which declaration of which build file made which file.

To add one: write a module whose `read` gives rows of `Made`, and name it in `made_by`. A record that is missing or
damaged tells nothing, and the build goes on without.
"""

from __future__ import annotations

import os

from glibcheck.builds.records import cmake, libtool, meson
from glibcheck.builds.records.matching import matched
from glibcheck.errors import InputError
from glibcheck.model.names import CONFIG_STATUS
from glibcheck.workspace.texts import require_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glibcheck.builds.records.made import Made

__all__ = ["made_by", "matched", "places", "texts"]


def made_by(system: str, source: str, builds: Iterable[str]) -> Sequence[Made]:
    """Read the records of a system (a key of `buildfiles.SYSTEMS`) in build folders of a project in `source`."""
    match system:
        case "automake":
            return libtool.read(source)
        case "meson":
            return [row for build in builds for row in meson.read(source, build)]
        case "cmake":
            return [row for build in builds for row in cmake.read(source, build)]
        case _:
            return ()


def places(rows: Iterable[Made]) -> dict[str, str]:
    """Give where each declaration stands, 'path:line', by its name, as far as the records say."""
    return {row.name: row.place for row in rows if row.place is not None}


def texts(system: str, source: str) -> dict[str, str]:
    """Give what configure found, in the project in `source`, by the name under which `buildfiles.automake` knows it."""
    path = os.path.join(source, CONFIG_STATUS)
    try:
        return {CONFIG_STATUS: require_text(path)} if system == "automake" else {}
    except InputError:
        return {}
