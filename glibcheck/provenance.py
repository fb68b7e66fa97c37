"""Provenance on record: where each symbol of a file came from, written at build time and read by a later check.

A release is stripped and travels to another machine, and there nobody can tell any more which line of source asked for
`pthread_create`. So `trace --record FILE` writes that down while objects and debug information are at hand, and `check
--provenance FILE` names the lines.

A file is known again by its build id (the linker's hash of its content, NT_GNU_BUILD_ID), which strip and patchelf
leave alone; a name would also match another build, whose lines are other ones. What is on record of a file with another
build id is not used.

The form is described by `report/schema/provenance-1.json`: JSON, compact, a site an array in the order of `_FIELDS`.
"""

from __future__ import annotations

import json
from itertools import groupby

from glibcheck.errors import InputError
from glibcheck.model.names import SymbolName
from glibcheck.model.record import Record
from glibcheck.model.site import BEST_FIRST, Site, Source, foremost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glibcheck.model.closure import Trace
    from glibcheck.model.verdict import Finding, Judged, Verdict
    from glibcheck.sites import Found

SCHEMA = "glibcheck.provenance/1"
_MOST_SITES = 20  # of a symbol in a file; `count` has the number of all
_FIELDS = ("place", "function", "path", "line", "evidence")


class Recorded(Record):
    """What is on record of one file: sites by symbol, and for each symbol how many there were."""

    name: str
    build_id: str
    sites: Mapping[str, tuple[Site, ...]]
    counts: Mapping[str, int]


def render(files: Iterable[Recorded]) -> str:
    """Write the document; the same files give the same bytes."""
    document = {"schema": SCHEMA, "files": [_file(file) for file in files]}
    return json.dumps(document, separators=(",", ":"), sort_keys=True) + "\n"


def recorded(name: str, build_id: str, traces: Iterable[Trace]) -> Recorded:
    """Take from the traces of one file what goes on record: the first sites of each symbol, best evidence first."""
    sites: dict[str, list[Site]] = {}
    left_out: dict[str, int] = {}
    for trace in traces:
        left_out.update({str(symbol): count for symbol, count in trace.left_out.items()})
        for site in trace.sites:
            sites.setdefault(site.symbol, []).append(site)
    best = {symbol: foremost(rows, _MOST_SITES) for symbol, rows in sites.items()}
    counts = {symbol: len(rows) + left_out.get(symbol, 0) for symbol, rows in sites.items()}
    return Recorded(name, build_id, best, counts)


def recorded_sites(name: str, build_id: str, found: Found) -> Recorded:
    """Take from what was found in one file what goes on record, as `recorded` does."""
    rows = {symbol: [*group] for symbol, group in groupby(found.sites, lambda site: site.symbol)}
    best = {str(symbol): foremost(sites, _MOST_SITES) for symbol, sites in rows.items()}
    counts = {str(symbol): len(sites) + found.left_out.get(symbol, 0) for symbol, sites in rows.items()}
    return Recorded(name, build_id, best, counts)


def _file(file: Recorded) -> dict[str, object]:
    symbols = {
        symbol: {"count": file.counts[symbol], "sites": [_row(site) for site in sites]}
        for symbol, sites in file.sites.items()
    }
    return {"name": file.name, "build_id": file.build_id, "symbols": symbols}


def _row(site: Site) -> list[object]:
    path, line = _own_line(site.stack)
    return [site.place or None, site.function, path, line, [BEST_FIRST.index(word) for word in site.evidence]]


def _own_line(stack: Sequence[Source]) -> tuple[str, int] | tuple[None, None]:
    """Choose the innermost line of the project: one with a relative path; else the line itself."""
    own = [source for source in stack if not source.path.startswith(("/", "../"))]
    return (own or stack)[0] if stack else (None, None)


def read_record(text: str, path: str) -> dict[str, Recorded]:
    """Read a document, by build id; raises InputError when it is of another version, damaged, or none at all."""
    advice = "write it again with glibcheck trace --record"
    try:
        document = json.loads(text)
        schema = document["schema"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(path, f"is no provenance that glibcheck recorded; {advice}") from error
    if schema != SCHEMA:
        raise InputError(path, f"has the form {schema!r}, and this glibcheck reads {SCHEMA!r}; {advice}")
    try:
        files = [_read_file(row) for row in document["files"]]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(path, f"is damaged: an entry is not as the schema says; {advice}") from error
    return {file.build_id: file for file in files}


def _read_file(row: Mapping[str, object]) -> Recorded:
    symbols = row["symbols"]
    sites = {name: tuple(_site(name, site) for site in found["sites"]) for name, found in symbols.items()}  # type: ignore[attr-defined]
    counts = {name: _number(found["count"]) for name, found in symbols.items()}  # type: ignore[attr-defined]
    return Recorded(_text(row["name"]), _text(row["build_id"]), sites, counts)


def _site(symbol: str, row: object) -> Site:
    """Make a site of its row; the place stays one text, for nothing here takes it apart again."""
    if not isinstance(row, list):
        raise TypeError(symbol)
    place, function, path, line, evidence = row
    source = None if path is None else Source(_text(path), _number(line))
    words = tuple(BEST_FIRST[_number(index)] for index in evidence)
    if not words:
        raise ValueError(symbol)
    named = None if function is None else SymbolName(_text(function))
    return Site(SymbolName(symbol), words, None if place is None else _text(place), function=named, source=source)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise TypeError(value)
    return value


def with_origins(verdict: Verdict, build_ids: Mapping[str, str | None], known: Mapping[str, Recorded]) -> Verdict:
    """Give the findings of a verdict the sites that are on record for their symbols.

    `build_ids` has those of the judged files by path. A note names how many files with findings are not on record.
    """
    files, strangers = [], []
    for file in verdict.files:
        record = known.get(build_ids.get(file.path) or "")
        files.append(file if record is None else _with_sites(file, record))
        if record is None and any(row.symbol for row in file.findings):
            strangers.append(file.path)
    notes = verdict.notes
    if strangers:
        more = f" and {len(strangers) - 1} more" if len(strangers) > 1 else ""
        notes += (f"{strangers[0]}{more}: no provenance on record for this very build",)
    return verdict._replace(files=tuple(files), notes=notes)


def _with_sites(file: Judged, record: Recorded) -> Judged:
    def origins(finding: Finding) -> Finding:
        return finding._replace(origins=record.sites.get(finding.symbol or "", ()))

    waived = tuple(row._replace(finding=origins(row.finding)) for row in file.waived)
    return file._replace(findings=tuple(map(origins, file.findings)), waived=waived)
