"""After a link that made something too new: link again for the target, keep the better one, note who asks for the rest.

This runs in the place of the linker, in the middle of somebody's build. The link itself has succeeded, so nothing that
goes wrong here fails it; it is noted, and the finished files are judged at the end anyway.
"""

from __future__ import annotations

import fcntl
import os
import platform
from contextlib import contextmanager

from glibcheck.errors import GlibcheckError, InputError
from glibcheck.linkwatch import commandline, journal
from glibcheck.linkwatch.journal import Entry
from glibcheck.linkwatch.scripts import INSIDE
from glibcheck.linkwatch.unique import without_unique
from glibcheck.lowering import lost, newest_runtime_fits
from glibcheck.model.record import Record
from glibcheck.provenance import recorded_sites, render
from glibcheck.settings import DEFAULTS
from glibcheck.sysroot import compat
from glibcheck.sysroot.wrappers import INSTEAD
from glibcheck.sysroots import Wish, sysroot
from glibcheck.toolchain import run_linker
from glibcheck.workspace.clues import sites_in
from glibcheck.workspace.hints import Hints
from glibcheck.workspace.judging import judged, waived
from glibcheck.workspace.reading import read_image
from glibcheck.workspace.settings import find_settings
from glibcheck.workspace.siting import relative
from glibcheck.workspace.targets import build_target
from glibcheck.workspace.texts import require_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glibcheck.linkwatch.commandline import Link
    from glibcheck.model.verdict import Finding
    from glibcheck.settings import Settings
    from glibcheck.sysroots import Sysroot

_BY_LINKING = frozenset({"GC001", "GC002", "GC003", "GC005"})  # what another link may cure


class Task(Record):
    """What a build is watched for; made by `watch`, and handed over as text.

    `folder` has the scripts, the journal and the sysroots; `project` is what paths are told relative to; `config` the
    file of the settings (None for none); `mode` is that of the hook.
    """

    folder: str
    project: str
    config: str | None
    target: str
    mode: str


def main(task: Task, words: Sequence[str]) -> None:
    """Look at what a linker has made; `words` are its path and its command line."""
    linker, *line = words
    try:
        link = commandline.read(line, require_text, os.path.isfile)
        if os.path.isfile(link.output):
            _look(task, linker, link)
    except (GlibcheckError, OSError) as error:
        note = f"after a link by {os.path.basename(linker)}: {error}"
        journal.write(_journal(task), Entry(" ".join(line), notes=(note,)))


def _look(task: Task, linker: str, link: Link) -> None:
    settings = DEFAULTS if task.config is None else find_settings(task.config)
    settings = settings._replace(target=task.target)
    found = _findings(link.output, settings)
    note, again = "", False
    if task.mode == "fix" and any(row.code in _BY_LINKING for row in found):
        try:
            again = _linked_again(task, linker, link, settings)
        except GlibcheckError as error:
            note = f"{os.path.basename(link.output)} could not be linked again: {error}"
        found = _findings(link.output, settings) if again else found
    if found or again or note:
        notes = (note,) if note else ()
        identity = read_image(link.output).traits.build_id or os.path.basename(link.output)
        provenance = _provenance(task, link, identity, found)
        journal.write(_journal(task), Entry(link.output, identity, provenance, notes, again))


def _findings(path: str, settings: Settings) -> tuple[Finding, ...]:
    """Judge a file by the settings, exceptions and all; raises InputError when it cannot be judged."""
    verdict = waived(judged([path], settings.target, settings.targets), settings)
    if verdict.errors:
        raise InputError(path, verdict.errors[0].message)
    return tuple(row for file in verdict.files for row in file.findings)


def _linked_again(task: Task, linker: str, link: Link, settings: Settings) -> bool:
    """Link against a sysroot, and put that in the place of the first one when it is better and has lost nothing."""
    made = _sysroot(task, link, settings)
    program = os.path.join(made.path, "bin", "ld")
    other = f"{link.output}.glibcheck"
    try:
        run_linker((program, *link.to(other), *_linker_words(made)), {**os.environ, INSTEAD: linker, INSIDE: "1"})
        if made.private:
            _without_unique(other)
        better = _better(link.output, other, settings)
        if better:
            os.replace(other, link.output)
        return better
    finally:
        if os.path.lexists(other):
            os.unlink(other)


def _without_unique(path: str) -> None:
    with open(path, "r+b") as stream:
        data = stream.read()
        changed = without_unique(data)
        if changed != data:
            stream.seek(0)
            stream.write(changed)


def _better(plain: str, other: str, settings: Settings) -> bool:
    """Say whether a second link is to be preferred; raises InputError when something got lost by it."""
    before, after = {"": read_image(plain)}, {"": read_image(other)}
    gone = next(lost(before, after, {row.symbol for row in compat.COMPAT}), None)
    if gone is not None:
        raise InputError(os.path.basename(plain), " ".join([gone.what, *gone.names]))
    return len(_findings(other, settings)) < len(_findings(plain, settings))


def _sysroot(task: Task, link: Link, settings: Settings) -> Sysroot:
    """Give the sysroot that fits; the first link to want one makes it, and others that run meanwhile wait."""
    target = build_target(task.target, platform.machine(), settings.targets)
    fits = newest_runtime_fits([read_image(link.output)], target)
    wish = Wish(task.target, None, "shared" if fits else "private", _around(task))
    with _alone(os.path.join(task.folder, "lock")):
        return sysroot(wish, settings.targets, os.path.join(task.folder, "sysroots"))


@contextmanager
def _alone(path: str) -> Iterator[None]:
    with open(path, "wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _around(task: Task) -> dict[str, str]:
    """Take the scripts of the watch out of the environment: a sysroot is made with the real linkers."""
    own = os.path.join(task.folder, "bin")
    found = dict(os.environ)
    for name in ("PATH", "COMPILER_PATH"):
        found[name] = ":".join(place for place in found.get(name, "").split(":") if place != own)
    return found


def _linker_words(made: Sysroot) -> list[str]:
    """Turn the compiler's options of a sysroot into those of the linker."""
    return [part for word in made.flags.link if word.startswith("-Wl,") for part in word.split(",")[1:]]


def _provenance(task: Task, link: Link, identity: str, found: tuple[Finding, ...]) -> str:
    """Write down who asks for the symbols of the findings, by the objects that were linked."""
    symbols = {row.symbol for row in found if row.symbol}
    if not symbols:
        return ""
    sites = sites_in(link.output, symbols, Hints(objects=link.inputs, runtimes=True))
    shown = sites._replace(sites=tuple(relative(site, task.project) for site in sites.sites))
    return render([recorded_sites(os.path.basename(link.output), identity, shown)])


def _journal(task: Task) -> str:
    return os.path.join(task.folder, "journal")
