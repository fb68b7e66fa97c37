"""A package built as it is, by pip, on a build host: once, whatever targets are asked for afterwards."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from glibcheck.model.record import Record
from tests.corpus.packages import Package
from tests.downloads import source
from tests.e2e.buildhosts import BuildHost

PATIENCE = 900  # seconds for one build
# `times` of a shell prints what its children used, waited-for grandchildren included.
TIMED = 'times=$1; shift; "$@"; code=$?; times > "$times"; exit $code'

_TIME = re.compile(r"(\d+)m([\d.]+)s")
_FAMILIES = ("GLIBC", "GLIBCXX", "CXXABI", "GCC")
_locks: dict[tuple[str, str], threading.Lock] = {}
_made: dict[tuple[str, str], Plain] = {}
_lock = threading.Lock()


class Plain(Record):
    """What came of it: the wheel, a path on the host, None when there is none, and then `failed` says why."""

    wheel: str | None
    newest: Mapping[str, str]
    size: int | None
    cpu_seconds: float
    failed: str


def as_it_is(package: Package, host: BuildHost) -> Plain:
    """Build a package with pip, or give what was built before; raises UnavailableError without the download."""
    key = (package.pin, host.name)
    with _lock:
        own = _locks.setdefault(key, threading.Lock())
    with own:
        if key not in _made:
            _made[key] = _build(package, host)
        return _made[key]


def offenders(plain: Plain, host: BuildHost, target: str) -> list[str]:
    """Ask `glibcheck check` what of a plain build a target lacks, as name@VERSION."""
    if plain.wheel is None:
        return []
    words = (
        "check",
        plain.wheel,
        "--target",
        target,
        "--format",
        "json",
        "--select",
        "GC001",
        "--exit-zero",
        "--isolated",
    )
    document = json.loads(host.output(host.glibcheck("build"), *words))
    found = {f"{row['symbol']}@{row['version']}" for file in document["files"] for row in file["findings"]}
    return sorted(found)


def newest(files: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Give the newest number of each family that the files of a report need, families in a fixed order."""
    found: dict[str, list[tuple[int, ...]]] = {}
    for version in {version for file in files for version in file["versions"]}:
        family, _, number = version.partition("_")
        if re.fullmatch(r"\d+(\.\d+)*", number):
            found.setdefault(family, []).append(tuple(map(int, number.split("."))))
    order = [family for family in _FAMILIES if family in found] + sorted(found.keys() - set(_FAMILIES))
    return {family: ".".join(map(str, max(found[family]))) for family in order}


def cpu_seconds(path: str) -> float:
    """Read what `times` wrote; 0 when the build was killed before."""
    try:
        with open(path, encoding="utf-8") as stream:
            found = _TIME.findall(stream.read())
    except FileNotFoundError:
        return 0.0
    return round(sum(int(minutes) * 60 + float(seconds) for minutes, seconds in found), 1)


def _build(package: Package, host: BuildHost) -> Plain:
    place = host.folder()
    sdist = host.put(source(package.pin))
    python = f"{os.path.dirname(host.glibcheck('build'))}/python"
    words = [
        python,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-cache-dir",
        "--wheel-dir",
        f"{place}/dist",
        sdist,
    ]
    limit = ["timeout", "--kill-after=10", str(PATIENCE)]
    done = host.run("sh", "-c", TIMED, "sh", f"{place}/times", *limit, *words, cwd=place)
    cpu = cpu_seconds(host.outside(f"{place}/times"))
    folder = host.outside(f"{place}/dist")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    if done.returncode != 0 or len(names) != 1:
        said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if "error" in line.lower()]
        return Plain(None, {}, None, cpu, said[-1] if said else f"exit code {done.returncode}")
    wheel = f"{place}/dist/{names[0]}"
    scan = json.loads(host.output(host.glibcheck("build"), "scan", wheel, "--format", "json"))
    files = [{"versions": [need["version"] for need in file["requirements"]]} for file in scan["files"]]
    return Plain(wheel, newest(files), os.path.getsize(f"{folder}/{names[0]}"), cpu, "")
