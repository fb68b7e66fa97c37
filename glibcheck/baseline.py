"""Baselines: what is known to be too new already, so that a gate fails only on what is new.

A finding is known by file, code, library and symbol; with an older version than recorded it is still known, with a
newer one it is not. Files are named so that the next release of a wheel, for the next Python, has the same names:
`x-1.2-cp311-cp311-manylinux_2_17_x86_64.whl:pkg/_x.cpython-311-x86_64-linux-gnu.so` is `x:pkg/_x.so`.
"""

from __future__ import annotations

import json
import re

from glibcheck.errors import InputError
from glibcheck.model.record import Record
from glibcheck.model.verdict import Waived
from glibcheck.model.versions import order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.model.verdict import Finding, Judged, Verdict

SCHEMA = "glibcheck.baseline/1"
KNOWN = "in the baseline"
_WHEEL = re.compile(r"(?:.*/)?([^/]+?)-[^/]*\.whl(?::|$)")
_SUFFIX = re.compile(r"\.(?:cpython-[\w-]+|abi3)(?=\.so$)")
_FIELDS = ("file", "code", "library", "version", "symbol")


class Entry(Record):
    """A known finding; what the rule is not about is None."""

    file: str
    code: str
    library: str | None
    version: str | None
    symbol: str | None


def read_baseline(text: str, path: str) -> tuple[Entry, ...]:
    """Read a baseline; raises InputError when it is of another version, or none at all."""
    advice = "make it again with --update-baseline"
    try:
        document = json.loads(text)
        schema = document["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(path, f"is no baseline of glibcheck; {advice}") from error
    if schema != SCHEMA:
        raise InputError(path, f"is a baseline of the form {schema!r}, and this glibcheck reads {SCHEMA!r}; {advice}")
    rows = document.get("findings")
    if not isinstance(rows, list) or not all(_is_entry(row) for row in rows):
        raise InputError(path, f"has findings that are none; {advice}")
    return tuple(Entry(**row) for row in rows)


def without_known(verdict: Verdict, known: tuple[Entry, ...]) -> Verdict:
    """Waive the findings that the baseline has, and note what of it is gone or became older."""
    newest: dict[tuple[str, str, str | None, str | None], str] = {}
    for entry in known:
        key = (entry.file, entry.code, entry.library, entry.symbol)
        newest[key] = max(newest.get(key, ""), entry.version or "", key=order)
    files = tuple(_without(file, newest) for file in verdict.files)
    idle = len(set(known) - set(_entries(verdict)))
    notes = (f"{idle} entries of the baseline are gone or became older: --update-baseline",) if idle else ()
    return verdict._replace(files=files, notes=(*verdict.notes, *notes))


def renewed(verdict: Verdict) -> str:
    """Write the baseline of today: all findings that count, an entry a line, sorted."""
    rows = sorted(set(_entries(verdict)), key=lambda row: tuple(field or "" for field in row))
    lines = ",\n".join(f"  {json.dumps(row._asdict())}" for row in rows)
    findings = f"[\n{lines}\n ]" if rows else "[]"
    return f'{{\n "schema": "{SCHEMA}",\n "findings": {findings}\n}}\n'


def stable_name(path: str) -> str:
    """Name a file so that other versions of its wheel, and other Pythons, give the same name."""
    return _SUFFIX.sub("", _WHEEL.sub(r"\1:", path)).removesuffix(":")


def _without(file: Judged, newest: dict[tuple[str, str, str | None, str | None], str]) -> Judged:
    name, counted, waived = stable_name(file.path), [], list(file.waived)
    for finding in file.findings:
        version = newest.get((name, finding.code, finding.library, finding.symbol))
        if version is not None and order(finding.version or "") <= order(version):
            waived.append(Waived(finding, KNOWN))
        else:
            counted.append(finding)
    return file._replace(findings=tuple(counted), waived=tuple(waived))


def _entries(verdict: Verdict) -> Iterator[Entry]:
    for file in verdict.files:
        for finding in file.findings:
            yield _entry(file, finding)


def _entry(file: Judged, finding: Finding) -> Entry:
    return Entry(stable_name(file.path), finding.code, finding.library, finding.version, finding.symbol)


def _is_entry(row: object) -> bool:
    return (
        isinstance(row, dict)
        and set(row) == set(_FIELDS)
        and all(value is None or isinstance(value, str) for value in row.values())
        and isinstance(row["file"], str)
        and isinstance(row["code"], str)
    )
