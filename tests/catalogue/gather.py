"""Gathers `glibcheck/catalogue/homes.json` from an older Debian root: `nox -s catalogue` calls it.

A symbol's home is the library that exported it before glibc 2.34 put libpthread, libdl, librt, libutil, libanl
and part of libresolv into libc. In a root with glibc 2.31 each still has its own; what libc.so.6 of that root
exports too (stubs such as pthread_mutex_lock) needs no other library.
"""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys

from glibcheck.workspace.reading import read_file_linkage
from tests.e2e.roots import root

LIBRARIES = ("libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libanl.so.1", "libresolv.so.2")


def public_names(path: str) -> set[str]:
    return {
        str(export.name)
        for export in read_file_linkage(path).exports
        # Each version node is exported as a symbol of its own name, too.
        if export.version not in (None, "GLIBC_PRIVATE", export.name)
    }


def gather(old_root: str, triplet: str) -> dict[str, object]:
    folder = os.path.join(old_root, "lib", triplet)
    at_home = public_names(os.path.join(folder, "libc.so.6"))
    homes = {name: sorted(public_names(os.path.join(folder, name)) - at_home) for name in LIBRARIES}
    return {
        "schema": "glibcheck.homes/1",
        "made": datetime.date.today().isoformat(),
        "source": f"Debian package {package(old_root)}",
        "homes": homes,
    }


def package(old_root: str) -> str:
    question = [
        "dpkg-query",
        f"--root={old_root}",
        "--show",
        "--showformat=${Package} ${Version} ${Architecture}",
        "libc6",
    ]
    return subprocess.run(question, check=True, capture_output=True, text=True).stdout


def main(path: str) -> None:
    text = json.dumps(gather(root("bullseye"), "x86_64-linux-gnu"), indent=1)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
