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
from collections.abc import Iterable, Sequence
from typing import Any

from tests.corpus.packages import Package
from tests.corpus.plain import PATIENCE, TIMED, Plain, as_it_is, cpu_seconds, newest, offenders
from tests.corpus.row import GOOD, Row
from tests.downloads import source
from tests.e2e.buildhosts import BuildHost
from tests.e2e.runhosts import run_host

TARGETS = ("manylinux_2_17", "manylinux_2_28")
LATE = 124  # what timeout(1) gives then

_PROGRAM = "EXEC: "  # begins a smoke test that runs a program
_dependencies_lock = threading.Lock()
_dependencies: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}


def attempt(
    package: Package, host: BuildHost, runs_on: Iterable[str], fingerprint: str, target: str = TARGETS[0]
) -> Row:
    """Build a package on a host and try the wheel on run hosts; raises UnavailableError without the download."""
    started = time.monotonic()
    glibcheck, place = host.glibcheck("build"), host.folder()
    plain = as_it_is(package, host)
    sdist = host.put(source(package.pin))
    words = [glibcheck, "build", sdist, "--target", target, "--format", "json", "-o", f"{place}/dist"]
    limit = ["timeout", "--kill-after=10", str(PATIENCE)]
    done = host.run("sh", "-c", TIMED, "sh", f"{place}/times", *limit, *words, cwd=place)
    report = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    row = _built(package, host, fingerprint, target, done, report, plain)
    if report.get("wheel"):
        able = [name for name in runs_on if _numbers(run_host(name).glibc) >= _numbers(target)]
        row = _judged(row, package, host, report["wheel"], able)
    cpu = cpu_seconds(host.outside(f"{place}/times"))
    return row._replace(cpu_seconds=cpu, seconds=round(time.monotonic() - started, 1))


def _built(
    package: Package,
    host: BuildHost,
    fingerprint: str,
    target: str,
    done: subprocess.CompletedProcess[str],
    report: dict[str, Any],
    plain: Plain,
) -> Row:
    """Say how the build went, by its exit code and its report."""
    left = [f"{row['file']}: {row['code']} {row['message']}" for row in report.get("left", ())]
    lost = [" ".join([f"{row['file']}: {row['what']}", *row["names"]]) for row in report.get("lost", ())]
    ways = [row["how"] for row in report.get("solved", ())]
    return Row(
        package=package.name,
        version=package.version,
        host=host.name,
        target=target,
        fingerprint=fingerprint,
        exit_code=done.returncode,
        before=dict(plain.newest),
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
        offenders=offenders(plain, host, target),
        plain_size=plain.size,
        plain_cpu_seconds=plain.cpu_seconds,
        failed=plain.failed,
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
    tag, check = _tag(host, wheel), _checked(host, wheel, row.target)
    outside = host.outside(wheel)
    smoke = {name: smoked(name, package, outside, host.python) for name in runs_on}
    wrong = [] if _is_within(tag, row.target) else [f"auditwheel says {tag}"]
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


def _is_within(tag: str, target: str) -> bool:
    """Say whether a tag promises to run on the target: it may need less."""
    return re.fullmatch(r"manylinux_2_\d+", tag) is not None and _numbers(tag) <= _numbers(target)


def _numbers(name: str) -> tuple[int, ...]:
    """Give the numbers of 'manylinux_2_17', and of '2.17'."""
    return tuple(map(int, re.findall(r"\d+", name)))


def _checked(host: BuildHost, wheel: str, target: str) -> str:
    done = host.run(host.glibcheck("build"), "check", wheel, "--target", target)
    return GOOD if done.returncode == 0 else f"exit code {done.returncode}: {_last_line(done)}"


def smoked(name: str, package: Package, wheel: str, python: str) -> str:
    """Run the smoke test on an old system, with the Python that the wheel was built for."""
    host = run_host(name)
    if package.smoke.startswith(_PROGRAM):
        program, *words = package.smoke.removeprefix(_PROGRAM).split()
        done = host.run(f"{host.unpacked(wheel)}/bin/{program}", *words)
        return GOOD if done.returncode == 0 else _last_line(done)
    done = host.smoke(wheel, package.smoke, python, _wheels(name, python, package.deps))
    return GOOD if done.returncode == 0 else _last_line(done)


def _wheels(name: str, python: str, requirements: tuple[str, ...]) -> list[str]:
    """Give the wheels of what a smoke test imports, those that the run host takes; downloaded once in a process."""
    key = (name, python, requirements)
    with _dependencies_lock:
        if key not in _dependencies:
            _dependencies[key] = run_host(name).wheels(python, *requirements) if requirements else []
        return _dependencies[key]


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {done.returncode}, and not a word"
