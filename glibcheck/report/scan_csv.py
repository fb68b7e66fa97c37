"""A scan for spreadsheets: a row for each symbol of each requirement, an empty symbol for a version that none names."""

from __future__ import annotations

import csv
import io

from glibcheck.model.finding import ScannedFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.finding import Result

HEADER = ("path", "machine", "library", "version", "weak", "symbol")


def render(results: Iterable[Result]) -> Iterator[str]:
    """Write the header, then the rows of each file as it comes (RFC 4180, but lines end in a line feed)."""
    yield _line(HEADER)
    for result in results:
        if isinstance(result, ScannedFile):
            yield from _rows(result)


def _rows(file: ScannedFile) -> Iterator[str]:
    image = file.image
    for need in image.requirements:
        for symbol in need.symbols or ("",):
            yield _line((file.path, image.machine, need.library, need.version, str(need.weak).lower(), symbol))


def _line(fields: tuple[str, ...]) -> str:
    text = io.StringIO()
    # Names of an untrusted file must not become formulas or break lines where the table is opened.
    csv.writer(text, lineterminator="\n").writerow([_harmless(field) for field in fields])
    return text.getvalue()


def _harmless(field: str) -> str:
    safe = field.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{safe}" if safe.startswith(("=", "+", "-", "@", "\t", "\r")) else safe
