"""The watch over a build: scripts in the names of the linkers, in a private folder that goes when the build is done."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from contextlib import contextmanager

from glibcheck.errors import ToolError
from glibcheck.linkwatch import journal, scripts
from glibcheck.linkwatch.pattern import newer_versions
from glibcheck.toolchain import find_linkers, find_part
from glibcheck.workspace.programs import compiler_words, which
from glibcheck.workspace.targets import build_target, target_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from glibcheck.linkwatch.journal import Journal
    from glibcheck.workspace.buildrules import BuildRules

FOLDER = "GLIBCHECK_WATCH"  # the folder of a watch that is there already, for builds inside of builds
_LED = ("COMPILER_PATH", "PATH")


class Watch:
    """A build that is watched; without a folder, one that is not, because there is no compiler to watch."""

    def __init__(self, folder: str | None) -> None:
        """Take the folder of the scripts."""
        self._folder = folder

    def journal(self) -> Journal:
        """Read what the links so far have left."""
        if self._folder is None:
            return journal.EMPTY
        return journal.read(os.path.join(self._folder, "journal"))


@contextmanager
def watching(rules: BuildRules, project: str) -> Iterator[Watch]:
    """Watch the links of whatever runs inside; the environment is as before when it ends.

    Raises: TargetError when there is no such target, or, in the mode `fix`, when none can be built for.
    """
    there = os.environ.get(FOLDER)
    if there and os.path.isdir(there):
        yield Watch(there)
        return
    pattern = _pattern(rules)
    linkers, collect2 = _linkers()
    if not linkers:
        yield Watch(None)
        return
    folder = tempfile.mkdtemp(prefix="glibcheck-")
    before = {name: os.environ.get(name) for name in (*_LED, FOLDER)}
    try:
        _prepare(folder, rules, project, pattern, linkers)
        if collect2 is not None:
            _script(os.path.join(folder, "bin", "collect2"), scripts.collect2(collect2, folder))
        led = {name: ":".join(filter(None, [f"{folder}/bin", before[name] or ""])) for name in _LED}
        os.environ.update(led, **{FOLDER: folder})
        yield Watch(folder)
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)


def _pattern(rules: BuildRules) -> str:
    machine, custom = platform.machine(), rules.settings.targets
    chosen = build_target if rules.mode == "fix" else target_for
    return newer_versions(chosen(rules.target, machine, custom))


def _linkers() -> tuple[dict[str, str], str | None]:
    """Find the real linkers, and GCC's collect2; none without a compiler, as when a project has only Python."""
    try:
        first, *rest = compiler_words(None, os.environ)
        program = which(first, os.environ)
        if program is None:
            return {}, None
        command = (program, *rest)
        return find_linkers(command, os.environ), find_part(command, "collect2", os.environ)
    except ToolError:
        return {}, None


def _prepare(folder: str, rules: BuildRules, project: str, pattern: str, linkers: dict[str, str]) -> None:
    for name in ("bin", "journal"):
        os.mkdir(os.path.join(folder, name))
    task = {
        "folder": folder,
        "project": os.path.abspath(project),
        "config": rules.config and os.path.abspath(rules.config),
        "target": rules.target,
        "mode": rules.mode,
    }
    _write(os.path.join(folder, scripts.AFTER), scripts.afterlink(task, _search_path()))
    for name, program in linkers.items():
        _script(os.path.join(folder, "bin", name), scripts.linker(name, program, pattern, sys.executable, folder))


def _search_path() -> list[str]:
    """List where this glibcheck and what it needs are found; the standard library is where Python starts anyway.

    Not the folder of a setup.py, whose modules might have the names of ours.
    """
    own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    here = os.getcwd()
    places = (os.path.abspath(place) for place in sys.path)
    return [own, *(place for place in places if place not in (own, here) and os.path.isdir(place))]


def _script(path: str, text: str) -> None:
    _write(path, text)
    os.chmod(path, 0o700)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)
