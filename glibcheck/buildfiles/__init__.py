"""The build systems whose files glibcheck can edit, a module or package for each, texts in and texts out.

To add one:

1. write a module with the three functions of `BuildSystem`; it takes every `Change` apart with `match`, closes with
   `assert_never`, and raises `RewriteError` for what it cannot spell. Find the exact places and change those only
   (`splice`); a list between brackets is grown and shrunk by `brackets`;
2. add it to `SYSTEMS`, one line;
3. add `fixtures/rewrites/<system>/<case>/` with `before...`, `after...` and `changes.json`, a case for each rule,
   named by it;
4. add `tests/buildfiles/test_<system>.py`: the table of texts that must come back unchanged first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from glibcheck.buildfiles import automake, cmake, meson, python_project
from glibcheck.model.plan import Change, Declared

Texts = Mapping[str, str]  # by path, relative to the project, with forward slashes


class BuildSystem(Protocol):
    """What a module on this shelf offers."""

    def reads(self, path: str) -> bool:
        """Say by its name whether a file of a project can be a build file of this system; a cheap test."""
        ...

    def declarations(self, texts: Texts) -> Declared:
        """Tell what the files declare, in the order of their paths and lines; raises nothing."""
        ...

    def rewrite(self, texts: Texts, changes: Sequence[Change]) -> Texts:
        """Carry out the changes to what the texts declare, keep every other byte, and give all texts.

        A change to something that no text declares is passed over. Running it again changes nothing more.

        Raises: RewriteError when one of them cannot be done safely; then none is done.
        """
        ...


SYSTEMS: Mapping[str, BuildSystem] = {
    "setuptools": python_project,
    "automake": automake,
    "meson": meson,
    "cmake": cmake,
}
