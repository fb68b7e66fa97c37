"""Reports of the gate: one verdict, told to people and to the systems that run gates.

To add a form, write a module with `render(verdict, ink)` and name it here and in the option --format of `cli.commands`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.verdict import Verdict
    from glibcheck.report.ink import Ink

FORMS = {
    "text": "text",
    "json": "document",
    "github": "github",
    "sarif": "sarif",
    "gitlab": "gitlab",
    "junit": "junit",
    "markdown": "markdown",
}


def render(verdict: Verdict, form: str, ink: Ink) -> str:
    """Write a verdict in one of FORMS, ended by a line feed; `ink` matters to text only."""
    # What importlib.import_module would give, without loading importlib.
    found: str = __import__(f"{__name__}.{FORMS[form]}", fromlist=["render"]).render(verdict, ink)
    return found
