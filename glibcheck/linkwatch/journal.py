"""What the links of a build leave behind: the places that ask for what is too new, and why a second link did not help.

A file a link, written whole, so that links which run side by side do not meet. A finished file is known again by its
build id, which strip and installers leave alone, or by its name where it has none.
"""

from __future__ import annotations

import hashlib
import json
import os

from glibcheck.errors import InputError
from glibcheck.model.record import Record
from glibcheck.provenance import read_record
from glibcheck.workspace.texts import require_text, write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from glibcheck.provenance import Recorded


class Entry(Record):
    """One link that made something too new.

    `identity` is the build id of the output, or its name; None when it could not be read. `provenance` is as
    `glibcheck.provenance` writes it, '' for none; `notes` are sentences; `again`: a second link took its place.
    """

    output: str
    identity: str | None = None
    provenance: str = ""
    notes: tuple[str, ...] = ()
    again: bool = False


class Journal(Record):
    """All of a build: provenance by identity, sentences, outputs and their identities; `again` counts second links."""

    known: Mapping[str, Recorded] = {}
    notes: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    linked: frozenset[str] = frozenset()
    again: int = 0


EMPTY = Journal()
_SUFFIX = ".json"


def write(folder: str, entry: Entry) -> None:
    """Write one entry; that of an earlier link of the same output is replaced."""
    output = os.path.abspath(entry.output)
    name = hashlib.sha256(os.fsencode(output)).hexdigest()[:16]
    write_whole(os.path.join(folder, f"{name}{_SUFFIX}"), json.dumps(entry._replace(output=output)._asdict()))


def read(folder: str) -> Journal:
    """Read all entries; raises InputError when one is damaged."""
    known: dict[str, Recorded] = {}
    notes: list[str] = []
    entries: list[Entry] = []
    # What a link that was killed has left has another name.
    for name in sorted(name for name in os.listdir(folder) if name.endswith(_SUFFIX)):
        path = os.path.join(folder, name)
        try:
            entry = _checked(Entry(**json.loads(require_text(path, 1 << 28))))
        except (ValueError, TypeError, RecursionError) as error:
            raise InputError(path, "is no entry of a link; build again") from error
        for recorded in read_record(entry.provenance, path).values() if entry.provenance else ():
            known[recorded.build_id] = recorded
        notes += entry.notes
        entries.append(entry)
    return Journal(
        known,
        tuple(dict.fromkeys(notes)),
        tuple(entry.output for entry in entries),
        frozenset(entry.identity for entry in entries if entry.identity is not None),
        sum(entry.again for entry in entries),
    )


def _checked(entry: Entry) -> Entry:
    """Raise TypeError when a value is of another kind than its field."""
    texts = (entry.output, entry.provenance, *([] if entry.identity is None else [entry.identity]), *entry.notes)
    if not isinstance(entry.notes, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise TypeError(entry)
    if not isinstance(entry.again, bool):
        raise TypeError(entry)
    return entry
