"""What a rule may look at: one file, the target, and the files that come with it."""

from __future__ import annotations

from glibcheck.catalogue.glibc import Glibc
from glibcheck.model.finding import ScannedFile
from glibcheck.model.image import ElfImage
from glibcheck.model.names import Soname, SymbolName
from glibcheck.model.record import Record
from glibcheck.model.target import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from glibcheck.model.verdict import Finding


class Group(Record):
    """Files that reach a user together: the ELF members of one wheel, or all loose files of one command.

    `wheel` is the path of the wheel, None for loose files; `tags` are its platform tags ('manylinux_2_17_x86_64',
    'any'), in the order of its name, empty for loose files. `brought` are the names under which DT_NEEDED can find a
    file of the group: sonames and file names.
    """

    wheel: str | None
    tags: tuple[str, ...]
    files: tuple[ScannedFile, ...]
    brought: frozenset[Soname]


class Case(Record):
    """One file held against a target; `glibc` is None when the catalogue has not its machine.

    `defined` are symbols without a version that other files of the group export, so that they come from there.
    """

    path: str
    image: ElfImage
    target: Target
    group: Group
    glibc: Glibc | None
    defined: frozenset[SymbolName] = frozenset()


class Rule(Record):
    """A rule for files: its code, which never changes, a name of a few words, and a text that explains it.

    `explanation` is what `glibcheck rule CODE` prints: what happens at the user's machine, how it comes about, what to
    do, as paragraphs of plain text. `find` gives the findings of one file, in any order.
    """

    code: str
    name: str
    explanation: str
    find: Callable[[Case], Iterator[Finding]]
