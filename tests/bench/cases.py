"""The rows: what we measure, against whom, and how good is good enough.

The goals are those of the design, for a complete answer on our side. A row that cannot be asked here (a tool
or a library is missing) is an Unmeasured with the reason. A row is made when its turn comes, for that may mean
to download what it reads; `corpus` says what there is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from tests.bench import corpus
from tests.bench.harness import ENVIRONMENT, Case, Command, Unmeasured
from tests.downloads import SCIPY, TORCH, UnavailableError, wheel

_READELF = ("readelf", "-VW", "--dyn-syms")
_OBJDUMP = ("objdump", "-T")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A row to be: its name, and what makes it; an UnavailableError of `make` is the reason that it has none."""

    name: str
    make: Callable[[str], Case | Unmeasured]
    excused: bool = False  # nobody is to be blamed when it cannot be had

    def row(self) -> Case | Unmeasured:
        try:
            return self.make(self.name)
        except UnavailableError as error:
            return Unmeasured(self.name, f"cannot be had: {error}", self.excused)


def small_library(name: str) -> Case | Unmeasured:
    """Ask what starting up costs: beside an interpreter that does nothing at all."""
    path = corpus.smallest()
    if path is None:
        return Unmeasured(name, f"no shared object under {corpus.system_tree()}")
    # The very interpreter that the console script names; a version manager's shim would add its own start.
    bare = Command("python -I -c pass", (sys.executable, "-I", "-c", "pass"))
    return Case(name, _scan([path], os.path.basename(path)), bare, 1.8)


def large_library(name: str) -> Case | Unmeasured:
    """Ask what one huge symbol table costs; libtorch's when it can be had, else that of the largest library."""
    try:
        path: str | None = corpus.libtorch()
    except UnavailableError:
        path = corpus.largest("/usr/lib")
    if path is None:
        return Unmeasured(name, "no shared object under /usr/lib")
    label = f"{os.path.basename(path)} ({_megabytes([path])})"
    return _against(name, _OBJDUMP, [path], label, 0.4)


def tree_against_objdump(name: str) -> Case | Unmeasured:
    """Ask what many files cost, beside a lister that prints their symbols without the libraries."""
    return _thousand(name, _OBJDUMP, 0.5)


def tree_against_readelf(name: str) -> Case | Unmeasured:
    """Ask the same beside readelf, which knows all that a scan says."""
    return _thousand(name, _READELF, 1 / 40)


def system_against_objdump(name: str) -> Case | Unmeasured:
    """Ask the same of all that this system has in one place, most of it small."""
    return _system(name, _OBJDUMP, 0.5)


def system_against_readelf(name: str) -> Case | Unmeasured:
    """Ask that beside readelf."""
    return _system(name, _READELF, 1 / 40)


def scipy_against_unzip(name: str) -> Case | Unmeasured:
    """Ask what a compressed archive costs beside inflating all of it, with isal on our side."""
    if find_spec("isal") is None:
        return Unmeasured(name, "isal is missing (the extra `fast`)")
    path = wheel(SCIPY)
    return _against(name, ("unzip", "-p"), [path], _archive(path), 0.5)


def scipy_against_auditwheel(name: str) -> Case | Unmeasured:
    """Ask the same beside auditwheel, which unpacks the wheel and reads it by pyelftools."""
    return _auditwheel(name, wheel(SCIPY))


def torch_against_auditwheel(name: str) -> Case | Unmeasured:
    """Ask that of one of the largest wheels, and how much memory it takes; auditwheel runs a minute, so once."""
    return _auditwheel(name, wheel(TORCH), once=True, peak_kib=200_000_000 // 1024)


def check_against_auditwheel(name: str) -> Case | Unmeasured:
    """Ask for a verdict on a wheel, by its own tag, beside the program whose policies are the measure.

    Commands start in a folder of their own (see `harness`), so no settings are read.
    """
    path = wheel(SCIPY)
    return _auditwheel(
        name, path, ask=Command(f"glibcheck check: {_archive(path)}", (_script("glibcheck"), "check", path))
    )


def trace_of_an_extension(name: str) -> Case | Unmeasured:
    """Ask who brought what into the largest extension of numpy, stripped: half a second, where objdump took 1.2."""
    objdump = shutil.which("objdump")
    if objdump is None:
        return Unmeasured(name, "objdump is missing")
    path = corpus.stripped_extension()
    label = f"{os.path.basename(path).partition('.')[0]} ({_megabytes([path])})"
    ours = Command(f"glibcheck trace: {label}", (_script("glibcheck"), "trace", path))
    return Case(name, ours, Command("objdump -d", (objdump, "-d", path)), 0.5 / 1.2)


def line_look_up(name: str) -> Case | Unmeasured:
    """Ask for the lines of 2,000 addresses of a library with debug information, beside addr2line."""
    program, path = shutil.which("addr2line"), corpus.with_lines()
    if program is None:
        return Unmeasured(name, "addr2line is missing", excused=True)
    if path is None:
        reason = f"no library here has debug information; {corpus.WITH_LINES} may name one"
        return Unmeasured(name, reason, excused=True)
    listed = corpus.addresses(path)
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lines.py")
    label = f"lines: 2,000 addresses of {os.path.basename(path)} ({_megabytes([path])})"
    # Isolated, so that the package is the installed one, as it is for the console script.
    ours = Command(label, (sys.executable, "-I", script, path, listed))
    return Case(name, ours, Command("addr2line -e", (program, "-e", path, f"@{listed}")), 2.0)


def sysroot_that_is_there(name: str) -> Case | Unmeasured:
    """Ask where the sysroot of a target is, which builds may do for each of their parts; it is made before."""
    if shutil.which("gcc", path=ENVIRONMENT["PATH"]) is None:
        return Unmeasured(name, "gcc is missing")
    ours = Command("glibcheck sysroot --target 2.17", (_script("glibcheck"), "sysroot", "--target", "2.17"))
    return Case(name, ours, Command("python -I -c pass", (sys.executable, "-I", "-c", "pass")), 3.0)


def hook_in_a_short_build(name: str) -> Case | Unmeasured:
    """Ask what the hook costs a build of seconds that needs nothing of it, beside one without glibcheck."""
    return _hook(name, "mmh3==5.3.1", 1.5, more=0.3)


def hook_in_a_longer_build(name: str) -> Case | Unmeasured:
    """Ask the same of a build that takes ten seconds, as a share."""
    return _hook(name, "tree-sitter==0.26.1", 1.03, more=0.3)


ROWS = (
    Recipe("start: one small library", small_library),
    Recipe("one large library", large_library),
    Recipe("1,000 shared objects, against objdump", tree_against_objdump),
    Recipe("1,000 shared objects, against readelf", tree_against_readelf),
    Recipe("the system's libraries, against objdump", system_against_objdump),
    Recipe("the system's libraries, against readelf", system_against_readelf),
    Recipe("scipy's wheel, against unzip", scipy_against_unzip),
    Recipe("scipy's wheel, against auditwheel", scipy_against_auditwheel),
    Recipe("torch's wheel, against auditwheel", torch_against_auditwheel, excused=True),
    Recipe("check of scipy's wheel, against auditwheel", check_against_auditwheel),
    Recipe("trace of numpy's largest extension", trace_of_an_extension),
    Recipe("line look-up, against addr2line", line_look_up),
    Recipe("a sysroot that is there already", sysroot_that_is_there),
    Recipe("hook: a short build that needs nothing", hook_in_a_short_build),
    Recipe("hook: a longer build that needs nothing", hook_in_a_longer_build),
)


def cases(only: str = "") -> Iterator[Case | Unmeasured]:
    """Make the rows whose name holds `only`, in the order of the report."""
    return (recipe.row() for recipe in ROWS if only in recipe.name)


def names() -> list[str]:
    """Give the names of all rows."""
    return [recipe.name for recipe in ROWS]


def _thousand(name: str, peer: tuple[str, ...], goal: float) -> Case | Unmeasured:
    paths = corpus.thousand()
    return _against(name, peer, paths, f"{len(paths)} of wheels and /usr/lib ({_megabytes(paths)})", goal)


def _system(name: str, peer: tuple[str, ...], goal: float) -> Case | Unmeasured:
    root = corpus.system_tree()
    paths = corpus.shared_objects(root)
    if not paths:
        return Unmeasured(name, f"no shared object under {root}")
    return _against(name, peer, paths, f"{len(paths)} shared objects of {root} ({_megabytes(paths)})", goal)


def _auditwheel(
    name: str, path: str, once: bool = False, peak_kib: int | None = None, ask: Command | None = None
) -> Case:
    # It comes with us, so it is beside this interpreter.
    show = Command("auditwheel show", (_script("auditwheel"), "show", path))
    return Case(name, ask or _scan([path], _archive(path)), show, 1 / 40, peak_kib, once)


def _hook(name: str, pin: str, goal: float, more: float) -> Case | Unmeasured:
    """Build a package of others with the hook in the mode `fix`, and in an environment without glibcheck."""
    if shutil.which("gcc", path=ENVIRONMENT["PATH"]) is None:
        return Unmeasured(name, "gcc is missing")
    project, bare = corpus.hooked(pin), corpus.environment("setuptools")
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "building.py")
    if not _fits(project):
        return Unmeasured(name, f"the hook is not there, or {pin} needs something of it here")
    ours = Command(f"{pin}, with the hook", (sys.executable, "-I", script, sys.executable, project))
    theirs = Command("without glibcheck", (sys.executable, "-I", script, bare, project))
    return Case(name, ours, theirs, goal, more_goal=more)


def _fits(project: str) -> bool:
    """Ask the hook itself: it is at work, and finds nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(project, os.path.join(folder, "copy"))
        command = [sys.executable, "setup.py", "-q", "glibcheck"]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    return done.returncode == 0 and "all fit manylinux_2_17" in done.stdout and "again" not in done.stderr


def _against(name: str, peer: tuple[str, ...], paths: list[str], label: str, goal: float) -> Case | Unmeasured:
    """Ask the same files of `glibcheck scan` and of another program, `peer` with its options."""
    program = shutil.which(peer[0])
    if program is None:
        return Unmeasured(name, f"{peer[0]} is missing")
    return Case(name, _scan(paths, label), Command(" ".join(peer), (program, *peer[1:], *paths)), goal)


def _scan(paths: list[str], label: str) -> Command:
    """Name the console script that was installed beside this interpreter, not whatever is first on PATH."""
    return Command(f"glibcheck scan: {label}", (_script("glibcheck"), "scan", *paths))


def _script(name: str) -> str:
    return os.path.join(os.path.dirname(sys.executable), name)


def _archive(path: str) -> str:
    return f"{os.path.basename(path).split('-cp')[0]} ({_megabytes([path])})"


def _megabytes(paths: list[str]) -> str:
    return f"{sum(map(os.path.getsize, paths)) / 1e6:.0f} MB"
