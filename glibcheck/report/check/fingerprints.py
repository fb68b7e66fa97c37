"""Names of findings that stay the same from run to run, for the systems that follow a finding through time."""

from __future__ import annotations

import hashlib

from glibcheck.baseline import stable_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.verdict import Finding


def fingerprint(path: str, finding: Finding) -> str:
    """Name a finding so that the next run, of the next version of the same wheel, gives the same name."""
    parts = (stable_name(path), finding.code, finding.library or "", finding.version or "", finding.symbol or "")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
