"""What a build is told: one block, which stands by itself in the middle of a compiler's output."""

from __future__ import annotations

from glibcheck.report.check import text
from glibcheck.report.ink import Ink, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.linkwatch.journal import Journal
    from glibcheck.model.verdict import Finding, Verdict
    from glibcheck.workspace.buildrules import BuildRules

_ADVICE = {
    "check": 'mode = "fix" in [tool.glibcheck] links for the target instead',
    "warn": 'mode = "fix" in [tool.glibcheck] links for the target instead, mode = "check" fails the build',
    "fix": "linking for the target could not change this",
}


def block(verdict: Verdict, rules: BuildRules, journal: Journal) -> str:
    """Say what does not fit, who asks for it and what to do; no line break at the end."""
    bad = sum(not file.ok for file in verdict.files)
    head = f"glibcheck: {bad} {'file does' if bad == 1 else 'files do'} not fit {printable(rules.target)}"
    errors = [f"  {printable(error.path)}: {printable(error.message)}" for error in verdict.errors]
    if errors and not bad:
        head = "glibcheck: not everything that was built can be judged"
    links = [f"note: {printable(note)}" for note in journal.notes]
    body = text.render(verdict, Ink(demangle=True)).rstrip("\n")
    return "\n".join([head, "", *errors, body, *links, f"{_ADVICE[rules.mode]}; GLIBCHECK_MODE=off builds without"])


def linked_again(rules: BuildRules, journal: Journal) -> str:
    """Say what the mode `fix` has done."""
    files = "file was" if journal.again == 1 else "files were"
    return f"glibcheck: {journal.again} {files} linked again, and all fit {printable(rules.target)}"


def kept_tag(tag: str, finding: Finding) -> str:
    """Say why a wheel does not get the tag that it was to have."""
    return f"glibcheck: the wheel stays {printable(tag)}: {printable(finding.message)}; {printable(finding.fix)}"
