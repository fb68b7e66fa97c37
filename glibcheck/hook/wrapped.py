"""The build backend that a project names as `wraps`, found as PEP 517 finds one: a module, or an object in it."""

from __future__ import annotations

import importlib
import os
import sys

from glibcheck.errors import SettingsError
from glibcheck.settings import DEFAULTS, read_settings
from glibcheck.workspace.texts import require_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

_FILE = "pyproject.toml"
_KEY = "tool.glibcheck.wraps"
# Projects whose backend is not called as they are.
_CALLED = {
    "flit": "flit_core.buildapi", "flit-core": "flit_core.buildapi", "hatchling": "hatchling.build",
    "meson-python": "mesonpy", "pdm-backend": "pdm.backend", "poetry-core": "poetry.core.masonry.api",
    "scikit-build-core": "scikit_build_core.build", "setuptools": "setuptools.build_meta",
}  # fmt: skip


def wrapped(project: str) -> Any:
    """Load the wrapped backend of a project; raises SettingsError when none is named, or it is not installed."""
    path = os.path.join(project, _FILE)
    settings = read_settings(require_text(path), _FILE) or DEFAULTS
    if not settings.wraps:
        raise SettingsError(_FILE, _KEY, "is missing: it names the build backend behind glibcheck.backend")
    sys.path[:0] = [folder for folder in _folders(project, settings.wraps_path) if folder not in sys.path]
    name = _CALLED.get(settings.wraps, settings.wraps)
    module, _, inner = name.partition(":")
    if module.partition(".")[0] == "glibcheck":
        raise SettingsError(_FILE, _KEY, "names glibcheck itself")
    try:
        found = importlib.import_module(module)
        for part in filter(None, inner.split(".")):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError, TypeError) as error:  # the latter two for what is no name
        reason = f"{settings.wraps!r} cannot be loaded ({error}); [build-system] requires must name its project"
        raise SettingsError(_FILE, _KEY, reason) from error
    if not hasattr(found, "build_wheel"):
        raise SettingsError(_FILE, _KEY, f"{settings.wraps!r} is no build backend: it has no build_wheel")
    return found


def _folders(project: str, names: Sequence[str]) -> Iterator[str]:
    """Find the folders of a backend inside of the project; PEP 517 allows none outside."""
    for name in names:
        folder = os.path.realpath(os.path.join(project, name))
        if os.path.commonpath([folder, os.path.realpath(project)]) != os.path.realpath(project):
            raise SettingsError(_FILE, f"{_KEY}-path", f"leads out of the project: {name!r}")
        yield folder
