"""What a shell may complete: targets and rules (click, "Shell Completion")."""

from __future__ import annotations

import click

from glibcheck.errors import GlibcheckError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def targets(_context: click.Context, _option: click.Parameter, start: str) -> list[str]:
    """Complete the name of a target, those of the settings included; nothing when they cannot be read."""
    from glibcheck.workspace.settings import find_settings
    from glibcheck.workspace.targets import known_names

    try:
        return [name for name in known_names(find_settings(None).targets) if name.startswith(start)]
    except GlibcheckError:
        return []


def rules(_context: click.Context, _option: click.Parameter, start: str) -> list[CompletionItem]:
    """Complete the code of a rule, with its name beside it."""
    from click.shell_completion import CompletionItem

    from glibcheck.rules import RULES

    return [CompletionItem(code, help=rule.name) for code, rule in RULES.items() if code.startswith(start.upper())]
