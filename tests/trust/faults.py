"""What must hold after a fault: the files are old or new, whole; the next run works; nothing is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.trust.injection import ERRORS, KILLED, Ended, Point, points, struck, unharmed
from tests.trust.writers import State, Writer, emptied, state

FAULTS = (KILLED, *ERRORS)
_OURS = re.compile(r"(^|/)\.glibcheck-")
_SAID = re.compile(r"glibcheck: .+")


def trials(writer: Writer, folder: Path) -> list[Point]:
    """List the points of a writer, from a run of it in the folder."""
    writer.prepare(emptied(folder))
    return points(writer.words, folder)


def complaints(writer: Writer, point: Point, fault: str, folder: Path) -> Iterator[str]:
    """Let one fault happen and say what is wrong afterwards; nothing, when all is as promised."""
    old, new = _states(writer, folder)
    writer.prepare(emptied(folder))
    ended = struck(writer.words, folder, point, fault)
    found = state(folder)
    if not ended.hit:
        yield "the call was not met again: the run goes another way each time"
        return
    if fault != KILLED:
        yield from _after_an_error(writer, folder, ended, (found, old, new))
        return
    if ended.code != -9:
        yield f"was not killed: exit code {ended.code}"
    own = _without_ours(found)
    if not writer.several and own not in (old, new, {**old, **new}):  # both wheels, of two names
        yield f"after the kill there is {_listed(own)}"
    next_run = unharmed(writer.repeat, folder)
    if "Traceback" in next_run.stderr:  # it may say that there is nothing left to undo
        yield f"the next run raises {_last(next_run.stderr)}"
    wanted = old if writer.ends == "old" else new
    if state(folder) != wanted:
        yield f"after the next run there is {_listed(state(folder))}, not {_listed(wanted)}"


def _after_an_error(writer: Writer, folder: Path, ended: Ended, states: tuple[State, State, State]) -> Iterator[str]:
    found, old, new = states
    if ended.code in ((0,) if writer.words[0] == "-c" else (0, 1)):  # 1: findings, or an exception of a bare function
        # What the system refused to remove stays, and is the next run's.
        if _without_ours(found) != new:
            yield f"says that all is well, and there is {_listed(found)}"
        if found != new:
            unharmed(writer.repeat, folder)
            if (left := state(folder)) != _without_ours(left):
                yield f"after the next run there is {_listed(left)}"
        return
    if found not in (old, new):
        yield f"there is {_listed(found)}"
    if writer.words[0] == "-c":
        if not _last(ended.stderr).startswith("glibcheck.errors."):
            yield f"raises {_last(ended.stderr)}"
    elif ended.code != 2 or not _SAID.fullmatch(ended.stderr.strip()):
        yield f"exit code {ended.code}, and says {ended.stderr.strip()[-300:]!r}"


def _without_ours(found: State) -> State:
    return {path: content for path, content in found.items() if not _OURS.search(path)}


def _states(writer: Writer, folder: Path) -> tuple[State, State]:
    writer.prepare(emptied(folder))
    old = state(folder)
    ended = unharmed(writer.words, folder)
    assert "Traceback" not in ended.stderr, ended.stderr
    assert ended.code in (0, 1)
    return old, state(folder)


def _listed(found: State) -> str:
    return (
        ", ".join(f"{path} ({len(content)}, {mode:o})" for path, (mode, content) in sorted(found.items())) or "nothing"
    )


def _last(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]
