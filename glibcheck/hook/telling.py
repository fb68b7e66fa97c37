"""What a build says on stderr, and what it fails with: the mode decides."""

from __future__ import annotations

import sys

from glibcheck.hook.words import block, kept_tag, linked_again

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.linkwatch.journal import Journal
    from glibcheck.model.verdict import Finding, Verdict
    from glibcheck.workspace.buildrules import BuildRules


def failure(verdict: Verdict, rules: BuildRules, journal: Journal) -> str | None:
    """Say what there is to say; gives the text that the build has to fail with, None when it may go on."""
    if verdict.ok:
        if journal.again:
            _tell(linked_again(rules, journal))
        return None
    told = block(verdict, rules, journal)
    if rules.mode != "warn":
        return told
    _tell(told)
    return None


def tag_stays(tag: str, finding: Finding | None) -> None:
    """Say why a wheel does not get another tag, if there is anything to say."""
    if finding is not None:
        _tell(kept_tag(tag, finding))


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
