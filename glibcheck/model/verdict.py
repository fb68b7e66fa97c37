"""What a gate says: for each file the findings that keep it from the target, each with a code that stays the same."""

from __future__ import annotations

from glibcheck.model.finding import Failure, Passed
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.site import Site


class Finding(Record):
    """One reason why a file does not fit a target.

    `code` is that of the rule ('GC001'); `message` is one line that needs no path to be understood; `library`,
    `version` and `symbol` say what it is about, None where the rule is not about one. `fix` is what would remove it,
    or why nothing does, in one line. `origins` are the places that ask for the symbol, where they are on record (see
    `provenance`), those with a line of source first.
    """

    code: str
    message: str
    fix: str
    library: Soname | None = None
    version: VersionName | None = None
    symbol: SymbolName | None = None
    origins: tuple[Site, ...] = ()


class Waived(Record):
    """A finding that does not count, and why: an ignored code, an exception with its reason, the baseline."""

    finding: Finding
    reason: str


class Judged(Record):
    """One file, or one wheel as a whole, held against a target.

    `path` is as a scan shows it ('x.whl:pkg/_x.so'); `target` the name of what it was judged by. `chain` leads from a
    file that no other of the group needs to this one, by the sonames in DT_NEEDED, both ends included; it has one item
    when nothing links the file. `findings` are sorted by code, library and version, newest first.
    """

    path: str
    target: str
    chain: tuple[str, ...]
    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()

    @property
    def ok(self) -> bool:
        """Say whether nothing that counts was found."""
        return not self.findings


class Verdict(Record):
    """The answer of a gate; `target` is what was asked for, None when each wheel was held to its own tag.

    `notes` are lines for people on what was not judged (a wheel without an ELF file). `passed` are ELF files that are
    not linked and so need no versions.
    """

    target: str | None
    files: tuple[Judged, ...]
    errors: tuple[Failure, ...]
    passed: tuple[Passed, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Say whether every file fits and could be read: what is unknown is not a pass."""
        return not self.errors and all(file.ok for file in self.files)
