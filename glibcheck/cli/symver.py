"""`glibcheck symver`: a header of `.symver` directives for what the given files use."""

from __future__ import annotations

import platform

from glibcheck.cli.exits import FINDINGS, OK
from glibcheck.cli.screen import complain, show
from glibcheck.elf.objects import RelocatableObject
from glibcheck.errors import InputError
from glibcheck.fixes.old_home import name_homes
from glibcheck.model.plan import Directive, NoOlder
from glibcheck.symver import bind_all, header, wanted_by_any, wanted_by_file, wanted_by_name
from glibcheck.workspace.system import glibc_exports, read_object_or_image
from glibcheck.workspace.targets import build_target
from glibcheck.workspace.texts import write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glibcheck.model.image import ElfImage
    from glibcheck.model.target import Target
    from glibcheck.symver import Exports, Wanted


def run(paths: Sequence[str], target_text: str, output: str | None) -> int:
    """Write the header; exit code 0, or 1 when a symbol has no version that the target has."""
    files = [read_object_or_image(path) for path in paths]
    machine = _one_machine(paths, files)
    target, glibc = build_target(target_text, machine), glibc_exports(machine)
    wanted = [row for file in files for row in _wanted(file, glibc, target)]
    answers = bind_all(wanted if files else wanted_by_any(glibc, target), glibc, target)
    directives = [answer for answer in answers if isinstance(answer, Directive)]
    text = header(directives, target, machine)
    if output is None:
        show(text)
    else:
        write_whole(output, text)
    _advise(directives)
    # Without a file nobody is known to use a symbol, so one that cannot be bound is no finding.
    return _complain_of(answer for answer in answers if isinstance(answer, NoOlder) and files)


def _wanted(file: RelocatableObject | ElfImage, glibc: Exports, target: Target) -> Iterator[Wanted]:
    if isinstance(file, RelocatableObject):
        return wanted_by_name(file.undefined, glibc, target)
    return wanted_by_file(file, target)


def _one_machine(paths: Sequence[str], files: Sequence[RelocatableObject | ElfImage]) -> str:
    """Name the machine of all files, of this system when there are none; version names differ between machines."""
    machines = {file.machine for file in files} or {platform.machine()}
    if len(machines) > 1:
        names = ", ".join(sorted(machines))
        raise InputError(", ".join(paths), f"are for several machines ({names}); give one at a time")
    return machines.pop()


def _advise(directives: Iterable[Directive]) -> None:
    """Say which libraries must be named again, because the symbols were there on the target."""
    homes = {found.home for found in directives if found.home is not None}
    for change in name_homes("", homes):
        complain(f"on the target some of these are in {', '.join(sorted(homes))}; link with {' '.join(change.flags)}")


def _complain_of(refused: Iterable[NoOlder]) -> int:
    code = OK
    for answer in refused:
        complain(f"{answer.symbol}@{answer.version} has no directive: {answer.reason}")
        code = FINDINGS
    return code
