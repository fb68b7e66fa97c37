"""What a person could do about an offence of which no fix speaks."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.plan import Offence

_PRIVATE = "GLIBC_PRIVATE"


def advice(offence: Offence) -> str:
    """Say why no fix is for this kind of offence, and what else there is."""
    if offence.version == _PRIVATE:
        return "what the libraries of glibc share among themselves differs with each release: use a public function"
    if offence.version.startswith("GLIBC_"):
        return f"no fix answers {offence.version} of {offence.library}: build on a system that has an older one"
    if offence.kind == "unused":
        return "nothing is used of it: take it out of the link, or link with -Wl,--as-needed"
    return f"no fix for {offence.library}: link its archive if that is position independent, or build with an older one"
