"""The build files that glibcheck can edit, a module for each kind, text in and text out.

To add a kind of build file:

1. write one module with the three functions of `BuildFile`; it takes every `Change` apart with `match`,
   closes with `assert_never`, and raises `RewriteError` for what it cannot spell. Find the exact places and
   change those only (`splice`); a list between brackets is grown and shrunk by `brackets`;
2. add it to `BUILD_FILES`, one line;
3. add `fixtures/rewrites/<kind>/<case>/` with `before...`, `after...` and `changes.json`, a case for each rule,
   named by it;
4. add `tests/buildfiles/test_<kind>.py`: the table of texts that must come back unchanged first.

Several kinds may recognise one file, each with extensions of its own. A change is offered to every build
file of a project; one that does not declare its extension leaves it to the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from glibcheck.buildfiles import setuptools
from glibcheck.model.plan import Change, Declaration


class BuildFile(Protocol):
    """What a module on this shelf offers; `path` is relative to the project, with forward slashes."""

    def recognises(self, path: str, text: str) -> bool:
        """Say whether this file of a project can declare extensions in this kind's way; a cheap test."""
        ...

    def declarations(self, path: str, text: str) -> tuple[Declaration, ...]:
        """Tell the extensions that a recognised text declares, in file order.

        Raises: RewriteError when that cannot be told at all.
        """
        ...

    def rewrite(self, path: str, text: str, changes: Sequence[Change]) -> str:
        """Carry out the changes to extensions declared in the text, keep every other byte.

        Running it again changes nothing more.

        Raises: RewriteError when one of them cannot be done safely; then none is done.
        """
        ...


BUILD_FILES: tuple[BuildFile, ...] = (setuptools,)
