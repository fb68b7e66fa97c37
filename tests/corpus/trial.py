"""One package on one build host: built by glibcheck, judged by auditwheel and `glibcheck check`, run on old systems.

Programs are asked, as their users would: the build is `glibcheck build SDIST`, its JSON report is read; the wheel is
then judged by two that do not trust it, and unpacked where glibc is old.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.corpus.packages import Package
from tests.corpus.row import GOOD, Row
from tests.downloads import source
from tests.e2e.buildhosts import BuildHost
from tests.e2e.runhosts import run_host

TARGET = "manylinux_2_17"
LIMIT = 17  # the minor number of the target's glibc, which auditwheel's tag must not pass
PATIENCE = 900  # seconds for one build
LATE = 124  # what timeout(1) gives then

# `times` of a shell prints what its children used, waited-for grandchildren included.
_TIMED = 'times=$1; shift; "$@"; code=$?; times > "$times"; exit $code'
_TIME = re.compile(r"(\d+)m([\d.]+)s")
_FAMILIES = ("GLIBC", "GLIBCXX", "CXXABI", "GCC")
_dependencies_lock = threading.Lock()
_dependencies: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}


def attempt(package: Package, host: BuildHost, runs_on: Iterable[str], fingerprint: str) -> Row:
    """Build a package on a host and try the wheel on run hosts; raises UnavailableError without the download."""
    started = time.monotonic()
    glibcheck, place = host.glibcheck("build"), host.folder()
    sdist = host.put(source(package.pin))
    words = [glibcheck, "build", sdist, "--target", TARGET, "--format", "json", "-o", f"{place}/dist"]
    limit = ["timeout", "--kill-after=10", str(PATIENCE)]
    done = host.run("sh", "-c", _TIMED, "sh", f"{place}/times", *limit, *words, cwd=place)
    report = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    row = _built(package, host, fingerprint, done, report)
    if report.get("wheel"):
        row = _judged(row, package, host, report["wheel"], runs_on)
    cpu = _cpu_seconds(host.outside(f"{place}/times"))
    return row._replace(cpu_seconds=cpu, seconds=round(time.monotonic() - started, 1))


def _built(
    package: Package, host: BuildHost, fingerprint: str, done: subprocess.CompletedProcess[str], report: dict[str, Any]
) -> Row:
    """Say how the build went, by its exit code and its report."""
    left = [f"{row['file']}: {row['code']} {row['message']}" for row in report.get("left", ())]
    lost = [" ".join([f"{row['file']}: {row['what']}", *row["names"]]) for row in report.get("lost", ())]
    ways = [row["how"] for row in report.get("solved", ())]
    return Row(
        package=package.name,
        version=package.version,
        host=host.name,
        target=TARGET,
        fingerprint=fingerprint,
        exit_code=done.returncode,
        before=newest(report.get("before") or ()),
        after=newest(report.get("after", ())),
        runtime=report.get("runtime", ""),
        solved={way: ways.count(way) for way in sorted(set(ways))},
        tag=None,
        check="",
        smoke={},
        lost=lost,
        left=left,
        grafted=report.get("grafted", []),
        size=None,
        cpu_seconds=0.0,
        seconds=0.0,
        reason=_reason(done, report, left, lost),
    )


def _reason(
    done: subprocess.CompletedProcess[str], report: dict[str, Any], left: Sequence[str], lost: Sequence[str]
) -> str:
    """Say in one line why there is no wheel; '' when there is one."""
    if done.returncode == 0 and report.get("wheel"):
        return ""
    if done.returncode == LATE:
        return f"took more than {PATIENCE} s"
    if lost or left:
        return "; ".join([*(f"lost: {line}" for line in lost), *left])
    said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return report.get("failure") or (said[-1] if said else f"exit code {done.returncode}, and not a word")


def _judged(row: Row, package: Package, host: BuildHost, wheel: str, runs_on: Iterable[str]) -> Row:
    """Ask auditwheel, `glibcheck check` and the old systems about a wheel that was made."""
    tag, check = _tag(host, wheel), _checked(host, wheel)
    outside = host.outside(wheel)
    smoke = {name: _smoked(name, package, outside, host.python) for name in runs_on}
    wrong = [] if _is_within(tag) else [f"auditwheel says {tag}"]
    wrong += [f"check: {check}"] * (check != GOOD)
    wrong += [f"on {name}: {said}" for name, said in smoke.items() if said != GOOD]
    return row._replace(tag=tag, check=check, smoke=smoke, size=os.path.getsize(outside), reason="; ".join(wrong))


def _tag(host: BuildHost, wheel: str) -> str:
    """Give the tag by which auditwheel calls a wheel, without the machine; what it says when it has none."""
    python = f"{os.path.dirname(host.glibcheck('build'))}/python"
    done = host.run(python, "-m", "auditwheel", "show", "--json", wheel)
    try:
        return str(json.loads(done.stdout)["overall_tag"]).removesuffix(f"_{os.uname().machine}")
    except (ValueError, KeyError):
        return _last_line(done)


def _is_within(tag: str) -> bool:
    """Say whether a tag promises to run on the target: it may need less."""
    found = re.fullmatch(r"manylinux_2_(\d+)", tag)
    return found is not None and int(found[1]) <= LIMIT


def _checked(host: BuildHost, wheel: str) -> str:
    done = host.run(host.glibcheck("build"), "check", wheel, "--target", TARGET)
    return GOOD if done.returncode == 0 else f"exit code {done.returncode}: {_last_line(done)}"


def _smoked(name: str, package: Package, wheel: str, python: str) -> str:
    """Run the smoke test on an old system, with the Python that the wheel was built for."""
    host = run_host(name)
    done = host.smoke(wheel, package.smoke, python, _wheels(name, python, package.deps))
    return GOOD if done.returncode == 0 else _last_line(done)


def _wheels(name: str, python: str, requirements: tuple[str, ...]) -> list[str]:
    """Give the wheels of what a smoke test imports, those that the run host takes; downloaded once in a process."""
    key = (name, python, requirements)
    with _dependencies_lock:
        if key not in _dependencies:
            _dependencies[key] = run_host(name).wheels(python, *requirements) if requirements else []
        return _dependencies[key]


def newest(files: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Give the newest number of each family that the files of a report need, families in a fixed order."""
    found: dict[str, list[tuple[int, ...]]] = {}
    for version in {version for file in files for version in file["versions"]}:
        family, _, number = version.partition("_")
        if re.fullmatch(r"\d+(\.\d+)*", number):
            found.setdefault(family, []).append(tuple(map(int, number.split("."))))
    order = [family for family in _FAMILIES if family in found] + sorted(found.keys() - set(_FAMILIES))
    return {family: ".".join(map(str, max(found[family]))) for family in order}


def _cpu_seconds(path: str) -> float:
    """Read what `times` wrote; 0 when the build was killed before."""
    try:
        with open(path, encoding="utf-8") as stream:
            found = _TIME.findall(stream.read())
    except FileNotFoundError:
        return 0.0
    return round(sum(int(minutes) * 60 + float(seconds) for minutes, seconds in found), 1)


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {done.returncode}, and not a word"
