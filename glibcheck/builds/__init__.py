"""Builds of projects of every build system, in scratch copies, with what the build's own record tells of them.

`recipe_of` says how a project is built, `builder_of` opens what builds it so. To add a build system: a line in
`recipe`, a module that runs its commands (as `autotools`), a case in `native`, and a reader of its record in `records`.
"""

from __future__ import annotations

from glibcheck.builds.build import NO_OPTIONS, Build, Builder, Options
from glibcheck.builds.recipe import Recipe, recipe_of
from glibcheck.errors import ToolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["NO_OPTIONS", "Build", "Builder", "Options", "Recipe", "builder_of", "recipe_of"]


def builder_of(project: str, recipe: Recipe, options: Options = NO_OPTIONS) -> AbstractContextManager[Builder]:
    """Open a builder for a project; what it made is removed when it is closed.

    Raises: ToolError when a wheel is to be built and the front end, which native builds do not need, is not installed.
    """
    if recipe.how == "pep517":
        try:
            from glibcheck.builds import pep517
        except ModuleNotFoundError as error:
            if error.name != "build":
                raise
            raise ToolError("fix", "build is not installed; run: python -m pip install 'glibcheck[fix]'") from error
        return pep517.opened(project, recipe, options)
    from glibcheck.builds import native

    return native.opened(project, recipe, options)
