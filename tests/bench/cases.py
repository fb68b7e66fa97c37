"""The rows: what we measure, against whom, and how good is good enough.

The goals are those of the design, for a complete answer on our side. A row that cannot be asked here (a tool
or a library is missing) is an Unmeasured with the reason.

The inputs are this system's own libraries, so figures of two machines compare as ratios only.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from tests.bench.harness import Case, Command, Unmeasured

LIBTORCH = "GLIBCHECK_BENCH_LIBTORCH"  # environment variable: where libtorch_cpu.so is
_ET_DYN = 3


def small_library() -> Case | Unmeasured:
    """Ask what starting up costs: beside an interpreter that does nothing at all."""
    name = "start: one small library"
    path = _smallest()
    if path is None:
        return Unmeasured(name, f"no shared object under {_tree()}")
    # The very interpreter that the console script names; a version manager's shim would add its own start.
    bare = Command("python -I -c pass", (sys.executable, "-I", "-c", "pass"))
    return Case(name, _scan([path], os.path.basename(path)), bare, 1.8)


def large_library() -> Case | Unmeasured:
    """Ask what one huge symbol table costs; libtorch's when it is here, else that of the largest library."""
    name = "one large library"
    path = _libtorch() or _largest("/usr/lib")
    if path is None:
        return Unmeasured(name, "no shared object under /usr/lib")
    label = f"{os.path.basename(path)} ({os.path.getsize(path) / 1e6:.0f} MB)"
    return _against(name, ("objdump", "-T"), [path], label, 0.4)


def tree_against_objdump() -> Case | Unmeasured:
    """Ask what many files cost, beside a lister that prints their symbols without the libraries."""
    return _tree_case("a tree, against objdump", ("objdump", "-T"), 0.5)


def tree_against_readelf() -> Case | Unmeasured:
    """Ask the same beside readelf, which knows all that a scan says."""
    return _tree_case("a tree, against readelf", ("readelf", "-VW", "--dyn-syms"), 1 / 40)


ROWS = (small_library, large_library, tree_against_objdump, tree_against_readelf)


def cases() -> Iterator[Case | Unmeasured]:
    """Make the rows, in the order of the report."""
    for row in ROWS:
        yield row()


def shared_objects(root: str) -> list[str]:
    """Find the shared objects below a directory by their first bytes (names mislead), sorted, no symbolic links."""
    found = [path for path in _files(root) if is_shared_object(path)]
    return sorted(found)


def is_shared_object(path: str) -> bool:
    """Say whether a file is an ELF file of type ET_DYN (gABI chapter 4); an unreadable one is not."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(18)
    except OSError:
        return False
    if len(head) < 18 or head[:4] != b"\x7fELF":
        return False
    return int.from_bytes(head[16:18], "big" if head[5] == 2 else "little") == _ET_DYN


def _tree_case(name: str, peer: tuple[str, ...], goal: float) -> Case | Unmeasured:
    root = _tree()
    paths = shared_objects(root)
    if not paths:
        return Unmeasured(name, f"no shared object under {root}")
    size = sum(os.path.getsize(path) for path in paths)
    return _against(name, peer, paths, f"{len(paths)} shared objects of {root} ({size / 1e6:.0f} MB)", goal)


def _against(name: str, peer: tuple[str, ...], paths: list[str], label: str, goal: float) -> Case | Unmeasured:
    """Ask the same files of `glibcheck scan` and of a program of binutils, `peer` with its options."""
    program = shutil.which(peer[0])
    if program is None:
        return Unmeasured(name, f"{peer[0]} is missing (a part of binutils)")
    return Case(name, _scan(paths, label), Command(" ".join(peer), (program, *peer[1:], *paths)), goal)


def _scan(paths: list[str], label: str) -> Command:
    """Name the console script that was installed beside this interpreter, not whatever is first on PATH."""
    script = os.path.join(os.path.dirname(sys.executable), "glibcheck")
    return Command(f"glibcheck scan: {label}", (script, "scan", *paths))


def _tree() -> str:
    """Give the directory of the system's own libraries: Debian's name for it, or everyone else's."""
    triplet = f"/usr/lib/{os.uname().machine}-linux-gnu"
    return next((path for path in (triplet, "/usr/lib64") if os.path.isdir(path)), "/usr/lib")


def _smallest() -> str | None:
    """Choose zlib, a small library that is nearly everywhere; else the smallest of the tree."""
    zlib = os.path.realpath(os.path.join(_tree(), "libz.so.1"))
    if is_shared_object(zlib):
        return zlib
    return min(shared_objects(_tree()), key=os.path.getsize, default=None)


def _libtorch() -> str | None:
    """Find libtorch_cpu.so: where the environment says, or in an installed torch; torch is not imported."""
    if named := os.environ.get(LIBTORCH):
        return named
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    path = os.path.join(os.path.dirname(spec.origin), "lib", "libtorch_cpu.so")
    return path if is_shared_object(path) else None


def _largest(root: str) -> str | None:
    """Find the largest shared object that is named as a library; position independent programs are ET_DYN too."""
    sizes = [(os.path.getsize(path), path) for path in _files(root) if ".so" in os.path.basename(path)]
    return next((path for _, path in sorted(sizes, reverse=True) if is_shared_object(path)), None)


def _files(root: str) -> Iterator[str]:
    """Walk the regular files below a directory."""
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path) and os.path.isfile(path):
                yield path
