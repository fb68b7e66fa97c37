"""What holds in a build: the settings of its project, and what the environment says over them.

A distribution that builds other people's packages sets GLIBCHECK_MODE and GLIBCHECK_TARGET; `GLIBCHECK_MODE=off` is
looked at first, so that no setting of a project can stop such a build. A project without [tool.glibcheck] is left
alone unless the environment says otherwise, and so is everything on systems without glibc.

Only the project's own pyproject.toml counts, none further up: an sdist has to build as the work tree does.
"""

from __future__ import annotations

import os
import re
import sys

from glibcheck.errors import SettingsError
from glibcheck.model.record import Record
from glibcheck.settings import DEFAULTS, read_mode, read_settings
from glibcheck.workspace.texts import require_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from glibcheck.settings import Settings

MODE, TARGET = "GLIBCHECK_MODE", "GLIBCHECK_TARGET"
_FILE = "pyproject.toml"
_REQUIRED = re.compile(r"glibcheck(?![\w.-])", re.IGNORECASE)


class BuildRules(Record):
    """What a build has to keep: `settings` have a target; `config` is the file that they are from, None for none."""

    mode: Literal["fix", "check", "warn"]
    target: str
    settings: Settings
    config: str | None


def build_rules(project: str, around: Mapping[str, str], asked: str | None = None) -> BuildRules | None:
    """Find out what a build of a project must keep; None when there is nothing to do.

    Without a mode, `check` is meant when the project has the table and names glibcheck in [build-system]; `asked` is
    what a command line says in its place, so that there is always something to do.

    Raises: SettingsError for a setting, or a variable of `around`, that is none, and for a mode without a target.
    """
    said = around.get(MODE) or None
    if not _has_glibc() or (said == "off" and not asked):
        return None
    path = os.path.join(project, _FILE)
    text = require_text(path) if os.path.isfile(path) else ""
    settings = read_settings(text, _FILE)
    mode = read_mode(MODE, "", said) if said else _mode(settings, text)
    if mode == "off" and not asked:
        return None
    found = settings or DEFAULTS
    target = asked or around.get(TARGET) or found.target
    if not target:
        raise SettingsError("", "", f"builds are to be judged, and there is no target; set {TARGET}, or {_ADVICE}")
    config = None if settings is None else path
    return BuildRules("check" if mode == "off" else mode, target, found._replace(target=target), config)


_ADVICE = 'target = "manylinux_2_28" in [tool.glibcheck] of pyproject.toml'


def _mode(settings: Settings | None, text: str) -> Literal["fix", "check", "warn", "off"]:
    if settings is None:
        return "off"
    return settings.mode or ("check" if _requires_us(text) else "off")


def _requires_us(text: str) -> bool:
    import tomllib

    system = tomllib.loads(text).get("build-system", {})
    named = system.get("requires", []) if isinstance(system, dict) else []
    words = named if isinstance(named, list) else []
    return any(isinstance(word, str) and _REQUIRED.match(word.strip()) for word in words)


def _has_glibc() -> bool:
    if sys.platform != "linux":
        return False
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (ValueError, OSError):  # a libc that does not know the name
        return False
