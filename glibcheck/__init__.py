"""glibcheck: which symbol versions a binary needs, who brought them, and how to need older ones.

>>> import glibcheck
>>> result = glibcheck.scan("/bin/true")
>>> [file.path for file in result.files], result.errors
(['/bin/true'], ())
>>> sorted({need.library for need in result.files[0].image.requirements})
['libc.so.6']
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.finding import Scan

__all__ = ["scan"]


def scan(*paths: str, strict: bool = False) -> Scan:
    """Read the ELF files that `paths` name: files, directories (searched), archives (read in place).

    Gives frozen values, see `glibcheck.model`: `files` with the facts of each, `errors` for what could not be read, and
    `passed` for ELF files met on the way that are not linked. Nothing is executed. With `strict`, members of archives
    are read to their end and their checksums verified.
    """
    # Imported here, because every start of the program imports this package.
    from glibcheck.model.finding import Failure, Passed, Scan, ScannedFile
    from glibcheck.workspace.inputs import Options, scan_paths

    results = tuple(scan_paths(paths, Options(strict=strict)))
    return Scan(
        files=tuple(row for row in results if isinstance(row, ScannedFile)),
        errors=tuple(row for row in results if isinstance(row, Failure)),
        passed=tuple(row for row in results if isinstance(row, Passed)),
    )
