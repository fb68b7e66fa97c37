"""The rows of a survey: a row for each symbol of each version that a file needs, and one for a wheel that has none."""

from __future__ import annotations

from glibcheck.model.finding import Failure, ScannedFile
from glibcheck.model.record import Record
from glibcheck.model.versions import release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glibcheck.model.finding import Result

_LARGEST = 2**31 - 1  # what fits into the table; nobody but an attacker has such numbers


class Row(Record):
    """One row; of what there is none, there is None.

    `wheel` is the path as it was found, `package` and `version` are those of its name, `file` is the member; `need` is
    a version name such as GLIBC_2.34, and `release` its numbers, (2, 34). `weak` is the version's own flag: the loader
    goes on without it. `problem` says why something could not be read, and then there may be more that is not here.
    """

    wheel: str
    package: str
    version: str
    file: str | None = None
    machine: str | None = None
    library: str | None = None
    need: str | None = None
    family: str | None = None
    release: tuple[int, ...] | None = None
    symbol: str | None = None
    weak: bool = False
    problem: str | None = None


def rows_of(wheel: str, results: Iterable[Result]) -> tuple[Row, ...]:
    """Make the rows of one wheel, of what a scan of it gives; never none."""
    package, version = _named(wheel)
    bare = Row(_plain(wheel), package, version)
    found: list[Row] = []
    for result in results:
        if isinstance(result, Failure):
            found.append(bare._replace(file=_member(result.path), problem=_plain(result.message)))
        elif isinstance(result, ScannedFile):
            found += _of_file(bare, result)
    return tuple(found) or (bare,)


def _of_file(bare: Row, result: ScannedFile) -> Iterator[Row]:
    image = result.image
    one = bare._replace(file=_member(result.path), machine=image.machine)
    for need in image.requirements:
        known = release(need.version)
        numbers = known.numbers if known is not None and max(known.numbers) <= _LARGEST else None
        versioned = one._replace(
            library=_plain(need.library),
            need=_plain(need.version),
            family=None if known is None or numbers is None else _plain(known.family),
            release=numbers,
            weak=need.weak,
        )
        for symbol in need.symbols or (None,):
            yield versioned._replace(symbol=None if symbol is None else _plain(symbol))
    if not image.requirements:
        yield one


def _named(wheel: str) -> tuple[str, str]:
    """Take name and version from the file name of a wheel (binary distribution format); '' for what it lacks."""
    name, _, rest = _plain(wheel).rpartition("/")[2].removesuffix(".whl").partition("-")
    return name.replace("_", "-").lower(), rest.partition("-")[0]


def _member(path: str) -> str | None:
    return _plain(path.partition(".whl:")[2]) or None


def _plain(text: str) -> str:
    """Make a text of a name that may be any bytes: tables hold UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
