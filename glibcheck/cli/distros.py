"""`glibcheck distros`: the table behind "runs on Debian 12": what the releases of distributions have."""

from __future__ import annotations

from glibcheck.catalogue.distributions import FAMILIES
from glibcheck.cli.exits import OK
from glibcheck.cli.screen import ink, show


def run(form: str) -> int:
    """Show the table; there is nothing to find fault with, so the exit code is 0."""
    if form == "json":
        from glibcheck.report import distros_json

        show(distros_json.render(FAMILIES))
    else:
        from glibcheck.report import distros_text

        show(distros_text.render(FAMILIES, ink()))
    return OK
