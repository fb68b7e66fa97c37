"""`meson.build`: the targets that Meson makes of it. Not read yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from glibcheck.model.plan import Change, Declared


def reads(path: str) -> bool:
    """Say whether a file is one of this system's."""
    return path.rpartition("/")[2] == "meson.build"


def declarations(texts: Mapping[str, str]) -> Declared:
    """Tell what the files declare."""
    return Declared(())


def rewrite(texts: Mapping[str, str], changes: Sequence[Change]) -> Mapping[str, str]:
    """Carry out the changes."""
    return texts
