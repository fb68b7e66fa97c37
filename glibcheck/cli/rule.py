"""`glibcheck rule`: a rule at length, or all of them by name."""

from __future__ import annotations

import difflib

from glibcheck.cli.exits import OK
from glibcheck.cli.screen import ink, show
from glibcheck.errors import UsageError
from glibcheck.rules import RULES


def run(code: str | None) -> int:
    """Print the explanation of a rule; raises UsageError for a code that is none."""
    shown = ink()
    if code is None:
        show("".join(f"{shown.strong(rule.code)}  {rule.name}\n" for rule in RULES.values()))
        return OK
    found = RULES.get(code.strip().upper())
    if found is None:
        near = difflib.get_close_matches(code.upper(), RULES, 1, 0.5)
        raise UsageError(
            f"{code!r} is no rule{f'; did you mean {near[0]}?' if near else ''} (glibcheck rule lists all)"
        )
    show(f"{shown.strong(f'{found.code}: {found.name}')}\n\n{found.explanation}\n")
    return OK
