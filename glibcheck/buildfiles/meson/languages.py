"""The languages that a project asks compilers for: in `project()`, behind its name, and in `add_languages()`."""

from __future__ import annotations

from glibcheck.buildfiles.meson.patches import Patch, grow_value, patches
from glibcheck.buildfiles.meson.project import Project, Value
from glibcheck.buildfiles.meson.tokens import spell
from glibcheck.buildfiles.meson.tree import String
from glibcheck.buildfiles.meson.values import leaves, spelled_key
from glibcheck.buildfiles.splice import insertion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.buildfiles.meson.project import Scope
    from glibcheck.buildfiles.meson.targets import Target


def named(project: Project, scope: Scope) -> set[str | None]:
    """Tell the languages that a scope names; None stands for one that cannot be told."""
    places = [*scope.calls("project"), *scope.calls("add_languages")]
    values = [
        Value(place.file, argument.value)
        for place in places
        for argument in place.call.positional()[1 if place.call.function == "project" else 0 :]
    ]
    return {spelled_key(leaf) for value in values for leaf in leaves(project, value)}


def add_language(project: Project, target: Target, language: str) -> tuple[Patch, ...]:
    """Ask for a compiler in the `project()` of the target, unless it is asked for, or may be.

    Raises: RewriteError when its list cannot be changed safely.
    """
    scope = project.scope(target.file)
    known = named(project, scope)
    begin = next(scope.calls("project"), None)
    if begin is None or language in known or None in known:
        return ()
    *_, last = begin.call.positional()
    if isinstance(last.value, String):
        return patches(begin.file, [insertion(last.value.end, f", {spell(language)}")])
    return grow_value(project, Value(begin.file, last.value), lambda _: [spell(language)])
