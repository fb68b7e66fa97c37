"""A scan for programs: one JSON document, or a line of JSON a file. Fields may be added, not changed.

The document is described by `schema/scan-1.json`, a line by `schema/scan-line-1.json`. Both are ASCII only: bytes of a
name that are not UTF-8 appear as surrogate escapes (PEP 383).
"""

from __future__ import annotations

import json

from glibcheck.model.finding import Failure, ScannedFile
from glibcheck.needs import newest_needed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.finding import Result

SCHEMA = "glibcheck.scan/1"
LINE_SCHEMA = "glibcheck.scan-line/1"


def render(results: Iterable[Result]) -> Iterator[str]:
    """Write the document, once all results are in."""
    found = tuple(results)
    document = {
        "schema": SCHEMA,
        "files": [_file(result) for result in found if isinstance(result, ScannedFile)],
        "errors": [result._asdict() for result in found if isinstance(result, Failure)],
    }
    yield json.dumps(document, indent=2) + "\n"


def render_lines(results: Iterable[Result]) -> Iterator[str]:
    """Write a line for each result as it comes: `file` or `error` says which it is."""
    for result in results:
        match result:
            case ScannedFile():
                yield json.dumps({"schema": LINE_SCHEMA, "file": _file(result)}) + "\n"
            case Failure():
                yield json.dumps({"schema": LINE_SCHEMA, "error": result._asdict()}) + "\n"


def _file(file: ScannedFile) -> dict[str, object]:
    image = file.image
    return {
        "path": file.path,
        "machine": image.machine,
        "elf_class": image.elf_class,
        "soname": image.soname,
        "needed": image.needed,
        "rpath": image.rpath,
        "runpath": image.runpath,
        "interp": image.interp,
        "newest": {family: found.number for family, found in newest_needed(image).items()},
        "requirements": [need._asdict() for need in image.requirements],
        "unversioned": image.unversioned,
        "weak_symbols": sorted(image.weak_symbols),
        "defined": [entry.name for entry in image.verdef if not entry.base],
        **image.traits._asdict(),
    }
