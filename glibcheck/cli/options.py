"""The options of commands that have many, by the names that click gives them."""

from __future__ import annotations

from typing import TypedDict


class CheckOptions(TypedDict):
    """Those of `check`; the help texts in `commands` say what each means."""

    target: str | None
    form: str
    output: str | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    baseline: str | None
    update_baseline: bool
    require_elf: bool
    exit_zero: bool
    config: str | None
    isolated: bool
    strict: bool
    demangle: bool | None
