"""A scan for programs: one JSON document, described by `schema/scan-1.json`. Fields may be added, not changed."""

from __future__ import annotations

import json

from glibcheck.model.finding import Scan, ScannedFile
from glibcheck.scan import newest_needed

SCHEMA = "glibcheck.scan/1"


def render(scan: Scan) -> str:
    """Write the document, ASCII only: bytes of a name that are not UTF-8 appear as surrogate escapes (PEP 383)."""
    document = {
        "schema": SCHEMA,
        "files": [_file(file) for file in scan.files],
        "errors": [error._asdict() for error in scan.errors],
    }
    return json.dumps(document, indent=2) + "\n"


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
    }
