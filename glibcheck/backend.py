"""A build backend (PEP 517, PEP 660) around another one: what that one builds is watched, judged, and tagged.

    [build-system]
    requires = ["meson-python", "glibcheck"]
    build-backend = "glibcheck.backend"
    [tool.glibcheck]
    target = "manylinux_2_17"
    mode = "fix"
    wraps = "mesonpy"

Every hook is that of the wrapped backend, with the same arguments; those that it does not have are not here either.
"""

from __future__ import annotations

import os

from glibcheck.errors import GlibcheckError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Settings = Mapping[str, object] | None

_PASSED_ON = frozenset({
    "build_sdist", "get_requires_for_build_wheel", "get_requires_for_build_sdist", "get_requires_for_build_editable",
    "prepare_metadata_for_build_wheel", "prepare_metadata_for_build_editable",
})  # fmt: skip


def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None) -> str:
    """Build a wheel (PEP 517), and see that it fits."""
    return _built("build_wheel", wheel_directory, config_settings, metadata_directory)


def _build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Build for use in the source tree (PEP 660), and see that what was linked for it fits."""
    return _built("build_editable", wheel_directory, config_settings, metadata_directory)


def _built(hook: str, folder: str, config_settings: Settings, metadata: str | None) -> str:
    """Have the wrapped backend build; ends the program with one block of text when the result does not do."""
    from glibcheck.hook.pep517 import built

    try:
        return built(os.getcwd(), folder, lambda: str(_hook(hook)(folder, config_settings, metadata)))
    except GlibcheckError as error:
        raise SystemExit(f"glibcheck: {error}") from None


def _hook(name: str) -> Any:
    from glibcheck.hook.wrapped import wrapped

    try:
        return getattr(wrapped(os.getcwd()), name)
    except GlibcheckError as error:
        raise SystemExit(f"glibcheck: {error}") from None


def __getattr__(name: str) -> Any:
    """Give a hook of the wrapped backend; AttributeError when it has none such, as front ends expect."""
    if name == "build_editable":
        _hook(name)
        return _build_editable
    if name in _PASSED_ON:
        return _hook(name)
    raise AttributeError(name)
