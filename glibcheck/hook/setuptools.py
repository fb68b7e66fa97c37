"""What the entry points of setuptools name. Every build by setuptools with glibcheck installed comes by here.

So this does nothing, and loads next to nothing, until a project or the environment asks for it. It is called more than
once for a distribution, and for those of setuptools' own that it makes on the way.
"""

from __future__ import annotations

import os

from glibcheck.errors import GlibcheckError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MARK = "_glibcheck"


def finalize(dist: Any) -> None:
    """Put the watch and the checks around a distribution's commands (`setuptools.finalize_distribution_options`).

    Raises: setuptools.errors.SetupError for settings that are none.
    """
    # Where the backend's watch is around it all, the backend judges.
    if getattr(dist, MARK, None) is not None or os.path.isdir(os.environ.get("GLIBCHECK_WATCH", "")):
        return
    from glibcheck.workspace.buildrules import build_rules

    try:
        rules = build_rules(os.getcwd(), os.environ)
    except GlibcheckError as error:
        from setuptools.errors import SetupError

        raise SetupError(f"glibcheck: {error}") from None
    if rules is not None:
        from glibcheck.hook.distribution import Hooked

        setattr(dist, MARK, Hooked(dist, rules))


finalize.order = 1000  # type: ignore[attr-defined]  # behind all that puts a command into cmdclass, as cffi does
