"""What writes files: commands, and where a command would build something first, the function that it ends with.

`glibcheck build` is not here: it keeps its wheel by the function that `-o` is written with.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal

from glibcheck.model.record import Record
from tests.cli.run import ENVIRONMENT
from tests.tools import need

State = dict[str, tuple[int, bytes]]  # by path: permissions, content


class Writer(Record):
    """A command: `prepare` fills an empty folder, `words` follow `python` there.

    `repeat` are the words of the next run after a kill, which `ends` in the old or the new state; only where several
    files are written together may the kill itself have left some of each (`several`).
    """

    name: str
    prepare: Callable[[Path], None]
    words: tuple[str, ...]
    repeat: tuple[str, ...]
    ends: Literal["old", "new"] = "new"
    several: bool = False


def state(folder: Path) -> State:
    """Read all that is in a folder; what glibcheck keeps for itself, its journals, is not looked into."""
    found: State = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if os.path.join(place, name) != str(folder / "state")]
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as stream:
                found[os.path.relpath(path, folder)] = (os.stat(path).st_mode & 0o7777, stream.read())
    return found


@cache
def library() -> bytes:
    """Compile a small library that needs GLIBC_2.34."""
    need("gcc")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "small.c")
        source.write_text("#include <pthread.h>\nint small(pthread_once_t *o) { return pthread_once(o, 0); }\n")
        made = Path(folder, "small.so")
        subprocess.run(["gcc", "-shared", "-fPIC", "-g", str(source), "-o", str(made)], check=True)
        return made.read_bytes()


def _library(folder: Path) -> None:
    (folder / "small.so").write_bytes(library())


def _library_and(name: str) -> Callable[[Path], None]:
    def prepare(folder: Path) -> None:
        _library(folder)
        (folder / name).write_text("old\n")
        (folder / name).chmod(0o640)

    return prepare


def _baseline(folder: Path) -> None:
    _library(folder)
    words = ("check", "small.so", "--target", "2.17", "--baseline", "known.json", "--update-baseline")
    subprocess.run(
        [sys.executable, "-m", "glibcheck", *words], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True
    )
    text = (folder / "known.json").read_text()
    (folder / "known.json").write_text(text.replace("pthread_once", "pthread_twice"))


def _wheel(folder: Path) -> None:
    members = {
        "small.so": library(),
        "small-1.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: cp311-cp311-linux_x86_64\n",
        "small-1.dist-info/METADATA": b"Metadata-Version: 2.1\nName: small\nVersion: 1\n",
        "small-1.dist-info/RECORD": b"small.so,,\nsmall-1.dist-info/WHEEL,,\nsmall-1.dist-info/RECORD,,\n",
    }
    with zipfile.ZipFile(folder / "small-1-cp311-cp311-linux_x86_64.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in members.items():
            wheel.writestr(zipfile.ZipInfo(name), content)  # of the same time whenever it is made


def _house(folder: Path) -> None:
    (folder / "house").mkdir()
    _wheel(folder / "house")
    (folder / "out.jsonl").write_text("old\n")


_EDITS = (
    r"Edit('setup.py', 'old\n', 'new\n'), Edit('pkg/build.py', '# x\n', '# y\n'), "
    r"Edit('glibcheck/new.h', None, 'text\n')"
)
_APPLY = (
    "from glibcheck.model.plan import Edit; from glibcheck.workspace.applying import apply; "
    f"apply('project', [{_EDITS}])"
)


def _project(folder: Path) -> None:
    (folder / "project" / "pkg").mkdir(parents=True)
    (folder / "project" / "setup.py").write_text("old\n")
    (folder / "project" / "setup.py").chmod(0o750)
    (folder / "project" / "pkg" / "build.py").write_text("# x\n")


def _fixed(folder: Path) -> None:
    _project(folder)
    around = {**ENVIRONMENT, "XDG_STATE_HOME": str(folder / "state")}
    subprocess.run([sys.executable, "-c", _APPLY], cwd=folder, env=around, check=True)


_RETAG = (
    "import glob; from glibcheck.workspace.retagging import retagged; "
    "retagged(min(glob.glob('*.whl')), ['manylinux_2_17_x86_64'])"
)
_CACHED = (
    "from glibcheck.workspace.cachefolder import replace_folder; "
    "replace_folder('cache/one', {'lib/libc.so': b'new' * 9000, 'bin/gcc': b'#!/bin/sh\\n', 'facts.json': b'{}'}, {})"
)


def _cache(folder: Path) -> None:
    for name in ("lib/libc.so", "bin/gcc", "facts.json"):
        path = folder / "cache" / "one" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old")


def _nothing(_folder: Path) -> None:
    """Leave the folder empty."""


def _command(name: str, prepare: Callable[[Path], None], *words: str) -> Writer:
    whole = ("-m", "glibcheck", *words)
    return Writer(name, prepare, whole, whole)


def _function(name: str, prepare: Callable[[Path], None], text: str) -> Writer:
    return Writer(name, prepare, ("-c", text), ("-c", text))


_UNDO = ("-m", "glibcheck", "fix", "project", "--undo")
_CHECK = ("check", "small.so", "--target", "2.17")
_BASELINE = (*_CHECK, "--baseline", "known.json", "--update-baseline")

WRITERS = (
    _command("check -o, a new file", _library, *_CHECK, "--format", "json", "-o", "out.json"),
    _command("check -o, over a file", _library_and("out"), *_CHECK, "--format", "sarif", "-o", "out"),
    _command("check --update-baseline", _baseline, *_BASELINE),
    _command("trace -o", _library_and("out"), "trace", "small.so", "--format", "html", "-o", "out"),
    _command("trace --record", _library_and("out"), "trace", "small.so", "--record", "out"),
    _command("symver -o", _library_and("out.h"), "symver", "--target", "2.17", "-o", "out.h"),
    _command("survey -o", _house, "survey", "house", "-o", "out.jsonl", "--jobs", "1"),
    Writer("apply", _project, ("-c", _APPLY), _UNDO, "old", several=True),
    Writer("fix --undo", _fixed, _UNDO, _UNDO, several=True),
    _function("retag", _wheel, _RETAG),
    _function("folder of the cache, a new one", _nothing, _CACHED),
    _function("folder of the cache, over one", _cache, _CACHED),
)


def emptied(folder: Path) -> Path:
    """Give a folder that is new and empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
