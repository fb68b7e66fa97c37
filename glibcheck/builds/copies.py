"""The scratch copies in which a project is built, and the folders of what came out.

They are kept as long as the builder, so that objects and products can be looked at when all builds are done; but
copies of large projects are large, so of many builds only the first and the last few keep theirs.
"""

from __future__ import annotations

import contextlib
import tempfile

from glibcheck.workspace.scratch import scratch_copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from glibcheck.model.plan import Edit


_KEPT = 5


class Copies:
    """Makes copies of one project; a context manager that removes what is left of them."""

    def __init__(self, project: str) -> None:
        """Make nothing yet."""
        self._project = project
        self._kept: list[contextlib.ExitStack] = []

    def __enter__(self) -> Copies:
        """Need nothing."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove all copies."""
        while self._kept:
            self._kept.pop().close()

    def new(self, edits: Iterable[Edit]) -> tuple[str, str]:
        """Give a fresh copy with the edits and an empty folder for its product; an early one goes, if not the first.

        Raises: InputError when the project cannot be copied.
        """
        if len(self._kept) >= _KEPT:
            self._kept.pop(1).close()
        with contextlib.ExitStack() as stack:
            copy = stack.enter_context(scratch_copy(self._project, edits))
            product = stack.enter_context(tempfile.TemporaryDirectory(prefix="glibcheck-"))
            self._kept.append(stack.pop_all())
            return copy, product
