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
_ERROR = re.compile(r"error|cannot|not found|fatal", re.IGNORECASE)
_OF_A_COMPILER = re.compile(r"\b(fatal )?error: |undefined (reference|symbol)|multiple definition")
_OF_PIP = re.compile(
    r"Failed to build|Failed building wheel|subprocess-exited-with-error|from a subprocess|metadata-generation-failed"
    r"|did not run successfully|^\s*error: command .* failed|^ERROR: Ignored"
)
_FAMILIES = ("GLIBC", "GLIBCXX", "CXXABI", "GCC")
_locks: dict[tuple[str, str], threading.Lock] = {}
_made: dict[tuple[str, str], Plain] = {}
_lock = threading.Lock()


class Made(Record):
    """A wheel that pip made, a path on the host; None when there is none, and then `failed` says why."""

    wheel: str | None
    cpu_seconds: float
    failed: str


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
    options = ("--target", target, "--format", "json", "--select", "GC001", "--exit-zero", "--isolated")
    document = json.loads(host.output(host.glibcheck("build"), "check", plain.wheel, *options))
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


def pip_wheel(package: Package, host: BuildHost, around: Mapping[str, str] = {}) -> Made:
    """Build a package with pip, with `around` in its environment; raises UnavailableError without the download."""
    place = host.folder()
    sdist = host.put(source(package.pin))
    python = f"{os.path.dirname(host.glibcheck('build'))}/python"
    words = [python, "-m", "pip", "wheel", "--no-deps", "--no-cache-dir", "--wheel-dir", f"{place}/dist", sdist]
    limit = ["timeout", "--kill-after=10", str(PATIENCE)]
    done = host.run("sh", "-c", TIMED, "sh", f"{place}/times", *limit, *words, cwd=place, env=around)
    cpu = cpu_seconds(host.outside(f"{place}/times"))
    folder = host.outside(f"{place}/dist")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    if done.returncode != 0 or len(names) != 1:
        return Made(None, cpu, complaint(done.stdout + done.stderr) or f"exit code {done.returncode}")
    return Made(f"{place}/dist/{names[0]}", cpu, "")


def complaint(text: str) -> str:
    """Find the line that says why a build failed: the first of a compiler or linker, else the last that is not pip's.

    pip ends with what it always says: that the build failed, and that this is likely no fault of pip's.
    """
    lines = [line.strip() for line in text.splitlines() if _ERROR.search(line) and not _OF_PIP.search(line)]
    compilers = [line for line in lines if _OF_A_COMPILER.search(line)]
    return (compilers[:1] or lines[-1:] or [""])[0]


def _build(package: Package, host: BuildHost) -> Plain:
    made = pip_wheel(package, host)
    if made.wheel is None:
        return Plain(None, {}, None, made.cpu_seconds, made.failed)
    scan = json.loads(host.output(host.glibcheck("build"), "scan", made.wheel, "--format", "json"))
    files = [{"versions": [need["version"] for need in file["requirements"]]} for file in scan["files"]]
    return Plain(made.wheel, newest(files), os.path.getsize(host.outside(made.wheel)), made.cpu_seconds, "")
