"""Where the settings are: the nearest pyproject.toml upwards that has [tool.glibcheck], as ruff looks for its own."""

from __future__ import annotations

import os

from glibcheck.errors import SettingsError
from glibcheck.settings import DEFAULTS, Settings, read_settings
from glibcheck.workspace.texts import require_text

_NAME = "pyproject.toml"


def find_settings(config: str | None, start: str = ".") -> Settings:
    """Read the settings from `config`, or from the nearest file upwards of `start`; the defaults when there is none.

    A baseline in them is given relative to the current directory. Raises: SettingsError, InputError.
    """
    if config is not None:
        found = read_settings(require_text(config), config)
        if found is None:
            raise SettingsError(config, "tool.glibcheck", "is not there; --config names a file that has the table")
        return _placed(found, config)
    folder = os.path.realpath(start)
    while True:
        path = os.path.join(folder, _NAME)
        if os.path.isfile(path):
            shown = os.path.relpath(path)
            found = read_settings(require_text(path), shown)
            if found is not None:
                return _placed(found, shown)
        above = os.path.dirname(folder)
        if above == folder:
            return DEFAULTS
        folder = above


def _placed(found: Settings, path: str) -> Settings:
    if found.baseline is None:
        return found
    return found._replace(baseline=os.path.join(os.path.dirname(path), found.baseline))
