"""What the rows read: this system's libraries, and pinned wheels in the user's cache.

A tree of 1,000 shared objects stands for a large installation: all of 16 wheels, some 400, filled up from all over
/usr/lib. The wheels are the same everywhere, the rest is this system's, so figures of two machines compare as ratios
only.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import version

from glibcheck.elf.sections import SectionTable
from glibcheck.errors import ElfError
from tests.downloads import NUMPY, TORCH, WHEELS, UnavailableError, kept, source, wheel

LIBTORCH = "GLIBCHECK_BENCH_LIBTORCH"  # environment variable: where libtorch_cpu.so is
WITH_LINES = "GLIBCHECK_BENCH_LINES"  # environment variable: where a library with debug information is
TREE = 1000  # shared objects
ADDRESSES = 2000
_LIBTORCH_MEMBER = "torch/lib/libtorch_cpu.so"
_ET_DYN = 3


def thousand() -> list[str]:
    """Give the files of the tree, at most TREE; raises UnavailableError when a wheel cannot be had."""
    bundled = [path for pin in WHEELS for path in shared_objects(_unpacked(pin))]
    # Debug files say ET_DYN as the libraries do that they were split from, but have no tables to read.
    installed = [path for path in shared_objects("/usr/lib") if not path.startswith("/usr/lib/debug/")]
    wanted = TREE - len(bundled)
    # Evenly from all over the list, so that the largest directories do not push out the others.
    return bundled + [installed[number * len(installed) // wanted] for number in range(min(wanted, len(installed)))]


def system_tree() -> str:
    """Give the directory of the system's own libraries: Debian's name for it, or everyone else's."""
    triplet = f"/usr/lib/{os.uname().machine}-linux-gnu"
    return next((path for path in (triplet, "/usr/lib64") if os.path.isdir(path)), "/usr/lib")


def smallest() -> str | None:
    """Choose zlib, a small library that is nearly everywhere; else the smallest of the tree."""
    zlib = os.path.realpath(os.path.join(system_tree(), "libz.so.1"))
    if is_shared_object(zlib):
        return zlib
    return min(shared_objects(system_tree()), key=os.path.getsize, default=None)


def libtorch() -> str:
    """Give libtorch_cpu.so: where the environment says, or that of torch's wheel; raises UnavailableError."""
    if named := os.environ.get(LIBTORCH):
        return named
    return os.path.join(kept(f"{TORCH}-libtorch", _unpack_libtorch), _LIBTORCH_MEMBER)


def hooked(pin: str) -> str:
    """Give the folder of a source distribution that has the hook in the mode `fix`; raises UnavailableError."""
    folder = kept(f"{pin}-hooked", lambda made: _unpack_hooked(source(pin), made))
    return os.path.join(folder, os.listdir(folder)[0])


def environment(package: str) -> str:
    """Give the interpreter of an environment that has nothing but a package, in the version that is installed here."""
    pin = f"{package}=={version(package)}"
    folder = kept(f"environment-{pin}-{sys.version_info[0]}.{sys.version_info[1]}", lambda made: _venv(made, pin))
    return os.path.join(folder, "bin", "python")


def with_lines() -> str | None:
    """Find a file with debug information: what the environment says, this interpreter's library, or the interpreter."""
    library = os.path.join(str(sysconfig.get_config_var("LIBDIR")), str(sysconfig.get_config_var("INSTSONAME")))
    for path in (os.environ.get(WITH_LINES, ""), library, os.path.realpath(sys.executable)):
        if os.path.isfile(path) and _has_lines(path):
            return path
    return None


def addresses(path: str) -> str:
    """Give a list of addresses all over the code of a file, one a line; always the same for the same file."""
    with open(path, "rb") as stream:
        text = SectionTable(stream.read()).named(".text")
    if text is None:
        raise UnavailableError(f"{path} has no section .text")
    chosen = random.Random(1).sample(range(text.address, text.address + text.size), min(ADDRESSES, text.size))  # noqa: S311 - no secret
    name = f"addresses-{os.path.basename(path)}-{text.address:x}-{text.size:x}"

    def write(folder: str) -> None:
        with open(os.path.join(folder, "list"), "w", encoding="ascii") as stream:
            stream.writelines(f"{address:#x}\n" for address in sorted(chosen))

    return os.path.join(kept(name, write), "list")


def _has_lines(path: str) -> bool:
    with open(path, "rb") as stream:
        try:
            return SectionTable(stream.read()).named(".debug_line") is not None
        except ElfError:
            return False


def largest(root: str) -> str | None:
    """Find the largest shared object that is named as a library; position independent programs are ET_DYN too."""
    sizes = [(os.path.getsize(path), path) for path in _files(root) if ".so" in os.path.basename(path)]
    return next((path for _, path in sorted(sizes, reverse=True) if is_shared_object(path)), None)


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


def stripped_extension() -> str:
    """Give numpy's largest extension, stripped, beside the libraries that it brings; raises UnavailableError."""
    folder = kept(f"{NUMPY}-stripped", _strip_numpy)
    return max(shared_objects(os.path.join(folder, "numpy")), key=os.path.getsize)


def _strip_numpy(folder: str) -> None:
    strip = shutil.which("strip")
    if strip is None:
        raise UnavailableError("strip")
    _unpack(wheel(NUMPY), folder)
    largest_one = max(shared_objects(os.path.join(folder, "numpy")), key=os.path.getsize)
    subprocess.run([strip, "--strip-all", largest_one], check=True)


def _unpacked(pin: str) -> str:
    return kept(f"{pin}-unpacked", lambda folder: _unpack(wheel(pin), folder))


def _unpack(path: str, folder: str) -> None:
    """Unpack a wheel and keep its ELF files only."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                is_elf = member.read(4) == b"\x7fELF"
            if is_elf:
                archive.extract(name, folder)


def _unpack_libtorch(folder: str) -> None:
    with zipfile.ZipFile(wheel(TORCH)) as archive:
        archive.extract(_LIBTORCH_MEMBER, folder)


def _files(root: str) -> Iterator[str]:
    """Walk the regular files below a directory."""
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path) and os.path.isfile(path):
                yield path


def _unpack_hooked(sdist: str, folder: str) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (name,) = os.listdir(folder)
    with open(os.path.join(folder, name, "pyproject.toml"), "a", encoding="utf-8") as stream:
        stream.write('\n[tool.glibcheck]\ntarget = "manylinux_2_17"\nmode = "fix"\n')
    script = os.path.join(folder, name, "setup.py")
    if not os.path.exists(script):
        with open(script, "w", encoding="utf-8") as stream:
            stream.write("from setuptools import setup; setup()\n")


def _venv(folder: str, pin: str) -> None:
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, stdout=subprocess.DEVNULL)
    command = [os.path.join(folder, "bin", "python"), "-m", "pip", "install", "--quiet", pin]
    try:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    except subprocess.CalledProcessError as error:
        raise UnavailableError(f"pip cannot install {pin}") from error
