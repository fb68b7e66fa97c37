"""A survey on the disk: lines of JSON, or Parquet; written as it comes, and put in its place when it is whole."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager

from glibcheck.errors import InputError, ToolError
from glibcheck.survey.rows import Row
from glibcheck.workspace.wholefile import written_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, BinaryIO

    Write = Callable[[Iterable[Row]], None]

_AT_ONCE = 50_000  # rows of a group in Parquet
FORMS = (".parquet", ".jsonl")


@contextmanager
def writing(path: str) -> Iterator[Write]:
    """Give what writes rows to a file, by its ending; when the block raises, the file is as it was.

    Raises: InputError when it has another ending, or cannot be written; ToolError when pyarrow is missing.
    """
    form = os.path.splitext(path)[1]
    if form not in FORMS:
        raise InputError(path, f"must end in {' or '.join(FORMS)}")
    with written_whole(path) as stream, (_parquet if form == ".parquet" else _lines)(stream) as write:
        yield write


@contextmanager
def _lines(stream: BinaryIO) -> Iterator[Write]:
    def write(rows: Iterable[Row]) -> None:
        stream.writelines(json.dumps(row._asdict()).encode() + b"\n" for row in rows)

    yield write


@contextmanager
def _parquet(stream: BinaryIO) -> Iterator[Write]:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise ToolError("pyarrow", "is not installed; run: pip install 'glibcheck[survey]'") from error
    schema = _schema(arrow)
    waiting: list[Row] = []
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:

        def flush() -> None:
            columns = dict(zip(Row._fields, zip(*waiting, strict=True), strict=True))
            writer.write_table(arrow.table({name: list(column) for name, column in columns.items()}, schema))
            waiting.clear()

        def write(rows: Iterable[Row]) -> None:
            waiting.extend(rows)
            if len(waiting) >= _AT_ONCE:
                flush()

        yield write
        if waiting:
            flush()


def _schema(arrow: Any) -> Any:
    """Describe the columns; names repeat so often that dictionaries make the file a tenth as large."""
    text = arrow.dictionary(arrow.int32(), arrow.string())
    other = {"release": arrow.list_(arrow.int32()), "weak": arrow.bool_(), "problem": arrow.string()}
    return arrow.schema([(name, other.get(name, text)) for name in Row._fields])
