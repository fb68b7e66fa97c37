"""CMake's record: what its file API says of the targets (cmake-file-api(7), object kind "codemodel", version 2).

It is written only when it was asked for, by an empty file in the build folder before CMake generates. The newest
index file names the codemodel, which names a file for each target. A target tells where it is defined by a backtrace:
a chain of calls, innermost first. The first one in a CMakeLists.txt counts, for functions such as
`pybind11_add_module` have the call of add_library in a file of their own.
"""

from __future__ import annotations

import os

from glibcheck.builds.records.made import Made, declared_name, read_json, rows_of, table_of, texts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Table = dict[str, object]

_API = (".cmake", "api", "v1")
_KIND = "codemodel-v2"
_DEEPEST = 1000  # calls in a backtrace


def ask(build: str) -> None:
    """Ask for the record, in a build folder that need not exist yet."""
    folder = os.path.join(build, *_API, "query")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, _KIND), "wb"):
        pass


def is_answered(build: str) -> bool:
    """Say whether CMake has written the record into a build folder."""
    return bool(_codemodel(build))


def read(source: str, build: str) -> tuple[Made, ...]:
    """Read what the record in a build folder says of the targets of a project in `source`."""
    model = _codemodel(build)
    top = texts_of(table_of(model.get("paths")).get("source"))
    rows = []
    for configuration in rows_of(model.get("configurations"))[:1]:
        for target in rows_of(configuration.get("targets")):
            made = _made(_reply(build, target.get("jsonFile")), source, top[0], build) if top else None
            if made is not None:
                rows.append(made)
    return tuple(rows)


def _codemodel(build: str) -> Table:
    folder = os.path.join(build, *_API, "reply")
    try:
        indexes = [name for name in os.listdir(folder) if name.startswith("index-") and name.endswith(".json")]
    except OSError:
        return {}
    answered = table_of(_reply(build, max(indexes, default=None)).get("reply"))
    return _reply(build, table_of(answered.get(_KIND)).get("jsonFile"))


def _reply(build: str, name: object) -> Table:
    """Read one file of the reply; {} when the name is none of a file there."""
    if not isinstance(name, str) or os.path.basename(name) != name:
        return {}
    return table_of(read_json(os.path.join(build, *_API, "reply", name)))


def _made(target: Table, source: str, top: str, build: str) -> Made | None:
    name = texts_of(target.get("name"))
    if not name:
        return None
    place = next(_places(target), None)
    folder = os.path.dirname(place[0]) if place else "".join(texts_of(table_of(target.get("paths")).get("source")))
    declared = declared_name(source, os.path.join(top, folder), name[0])
    if declared is None:
        return None
    files = [path for row in rows_of(target.get("artifacts")) for path in texts_of(row.get("path"))]
    install = rows_of(table_of(target.get("install")).get("destinations"))
    folders = [path for row in install for path in texts_of(row.get("path"))]
    return Made(
        declared,
        tuple(os.path.join(build, path) for path in files),
        tuple(os.path.join(folder, os.path.basename(path)) for folder in folders for path in files),
        _shown(place, source, top),
    )


def _places(target: Table) -> Iterator[tuple[str, int]]:
    """Follow the backtrace outwards through the calls in files named CMakeLists.txt: file and line."""
    graph = table_of(target.get("backtraceGraph"))
    nodes, files = rows_of(graph.get("nodes")), texts_of(graph.get("files"))
    at = target.get("backtrace")
    for _ in range(_DEEPEST):
        if not isinstance(at, int) or not 0 <= at < len(nodes):
            return
        file, line, at = nodes[at].get("file"), nodes[at].get("line"), nodes[at].get("parent")
        path = files[file] if isinstance(file, int) and 0 <= file < len(files) else ""
        if isinstance(line, int) and os.path.basename(path) == "CMakeLists.txt":
            yield path, line


def _shown(place: tuple[str, int] | None, source: str, top: str) -> str | None:
    if place is None:
        return None
    path = declared_name(source, os.path.join(top, os.path.dirname(place[0])), os.path.basename(place[0]))
    return None if path is None else f"{path}:{place[1]}"
