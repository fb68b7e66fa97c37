"""Check: whether files fit a target, file by file and wheel by wheel, each finding with its rule.

Nothing of this system is looked at, so the verdict is the same on any machine. Files are judged in groups: the members
of a wheel come together, and so do all files that were named loose; what a file needs may be brought by another of its
group. A wheel without a target is held to its own platform tag.

What cannot be judged (no target, a machine that the catalogue has not) is an error of the verdict, never a pass.
"""

from __future__ import annotations

import os

from glibcheck.catalogue.glibc import MACHINES, glibc
from glibcheck.errors import TargetError
from glibcheck.model.finding import Failure, Passed, ScannedFile
from glibcheck.model.names import Soname
from glibcheck.model.verdict import Finding, Judged, Verdict
from glibcheck.model.versions import order
from glibcheck.rules import RULES
from glibcheck.rules.case import Case, Group
from glibcheck.rules.symbols import candidates
from glibcheck.rules.wheels import no_elf, platform_tags, wrong_tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from glibcheck.model.finding import Result
    from glibcheck.model.names import SymbolName
    from glibcheck.model.target import Target

    Resolve = Callable[[str, str], Target]  # by name and machine; raises TargetError
    Defined = Callable[[Group], frozenset[SymbolName]]

_WHEEL = ".whl:"
_TAG = "its tag"
_LIBCS = ("manylinux", "musllinux")


def judge(
    results: Iterable[Result],
    named: Sequence[str],
    asked: str | None,
    resolve: Resolve,
    defined: Defined,
    require_elf: bool = False,
) -> Verdict:
    """Judge everything that a scan gave.

    `named` is what the user named, `asked` the target, None to hold wheels to their tags. `defined` gives the symbols
    that the files of a group export; it is called only where a symbol without a version could come from there.
    """
    found = tuple(results)
    groups = _groups(found)
    files: list[Judged] = []
    errors = [row for row in found if isinstance(row, Failure)]
    for group in groups:
        try:
            files += _judged(group, asked, resolve, defined)
        except TargetError as error:
            errors.append(Failure(group.wheel or group.files[0].path, str(error)))
    unlinked = [row for row in found if isinstance(row, Passed)]
    files += [_without_tables(row, asked) for row in unlinked if _is_library(row.path)]
    passed = tuple(row for row in unlinked if not _is_library(row.path))
    empty = _empty(named, groups, [*errors, *unlinked], found)
    if require_elf:
        files += [Judged(path, asked or _TAG, (path,), (no_elf(os.path.basename(path) or path),)) for path in empty]
    notes = tuple(f"{path}: no ELF file, nothing to judge" for path in empty if not require_elf)
    return Verdict(asked, tuple(files), tuple(errors), passed, notes)


def _groups(results: Iterable[Result]) -> list[Group]:
    """Put the files together that come together: those of each wheel, in the order of their first, and the others."""
    together: dict[str | None, list[ScannedFile]] = {}
    for row in results:
        if isinstance(row, ScannedFile):
            before, mark, _ = row.path.partition(_WHEEL)
            together.setdefault(f"{before}.whl" if mark else None, []).append(row)
    return [
        Group(wheel, platform_tags(wheel) if wheel else (), tuple(files), _brought(files))
        for wheel, files in together.items()
    ]


def _brought(files: Iterable[ScannedFile]) -> frozenset[Soname]:
    """Name the files of a group as DT_NEEDED would: by soname, and by file name where patchelf left no soname."""
    names = {Soname(file.path.rpartition("/")[2].rpartition(_WHEEL)[2]) for file in files}
    return frozenset(names | {file.image.soname for file in files if file.image.soname is not None})


def _judged(group: Group, asked: str | None, resolve: Resolve, defined: Defined) -> Iterator[Judged]:
    promise = asked or _oldest(group, resolve)
    cases = _cases(group, promise, resolve, defined)
    files = [_file(case, chain) for case, chain in zip(cases, _chains(group), strict=True)]
    if group.wheel is not None:
        yield from _wheel(group, promise, files, resolve, defined)
    yield from files


def _oldest(group: Group, resolve: Resolve) -> str:
    """Choose the tag that promises most; raises TargetError when none promises anything."""
    promises = _promises(group, resolve)
    if not promises:
        what = "its tag promises no system" if group.wheel else "files have no tag to be held to"
        raise TargetError("", f"{what}; give one with --target")
    return promises[0]


def _promises(group: Group, resolve: Resolve) -> list[str]:
    """List the tags that promise a system, those that promise most first."""
    machine = group.files[0].image.machine
    tags = [tag for tag in group.tags if tag.startswith(_LIBCS)]
    return sorted(tags, key=lambda tag: resolve(tag, machine).glibc)


def _cases(group: Group, promise: str, resolve: Resolve, defined: Defined) -> list[Case]:
    cases = []
    for file in group.files:
        target, machine = resolve(promise, file.image.machine), file.image.machine
        known = glibc(machine)
        if known is None and target.libc == "glibc" and file.image.traits.libc != "musl" and target.machine is None:
            raise TargetError(promise, f"glibc on {machine} is not in the catalogue; it has {', '.join(MACHINES)}")
        cases.append(Case(file.path, file.image, target, group, known))
    if len(cases) > 1 and any(candidates(case) for case in cases):
        symbols = defined(group)
        return [case._replace(defined=symbols) for case in cases]
    return cases


def _file(case: Case, chain: tuple[str, ...]) -> Judged:
    found = [row for rule in RULES.values() for row in rule.find(case)]
    return Judged(case.path, case.target.name, chain, _sorted(found))


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by code and library, newest version first, then by symbol."""
    by_symbol = sorted(found, key=lambda row: row.symbol or "")
    newest_first = sorted(by_symbol, key=lambda row: order(row.version or ""), reverse=True)
    return tuple(sorted(newest_first, key=lambda row: (row.code, row.library or "")))


def _wheel(group: Group, promise: str, files: Sequence[Judged], resolve: Resolve, defined: Defined) -> Iterator[Judged]:
    """Hold the wheel's name against its content; `files` were judged by `promise`, which may be one of its tags."""
    assert group.wheel is not None  # noqa: S101 - asked by the caller
    found = [*wrong_tag(group, "any", ())] if "any" in group.tags else []
    tags = _promises(group, resolve)
    for libc in _LIBCS:
        for tag in (tag for tag in tags if tag.startswith(libc)):
            by_tag = files if tag == promise else [_file(case, ()) for case in _cases(group, tag, resolve, defined)]
            broken = [*wrong_tag(group, tag, by_tag)]
            found += broken
            if not broken:
                break  # who has the system of a newer tag has that of this one
    yield Judged(group.wheel, promise, (group.wheel,), tuple(found))


def _chains(group: Group) -> list[tuple[str, ...]]:
    """Give for each file the shortest way to it by DT_NEEDED, from a file of the group that no other one needs."""
    names = [file.image.soname or Soname(file.path.rpartition("/")[2].rpartition(_WHEEL)[2]) for file in group.files]
    by_name = {name: number for number, name in reversed([*enumerate(names)])}
    needed = {by_name[name] for file in group.files for name in file.image.needed if name in by_name}
    chains: dict[int, tuple[str, ...]] = {number: (name,) for number, name in enumerate(names) if number not in needed}
    waiting = [*chains]
    for number in waiting:  # grows while it is walked: breadth first
        for name in group.files[number].image.needed:
            after = by_name.get(name)
            if after is not None and after not in chains:
                chains[after] = (*chains[number], name)
                waiting.append(after)
    return [chains.get(number, (name,)) for number, name in enumerate(names)]


def _is_library(path: str) -> bool:
    """Say whether a file is called like a shared library, which must have a dynamic section."""
    name = path.rpartition("/")[2]
    return (name.endswith(".so") or ".so." in name) and not name.endswith(".debug")


def _without_tables(row: Passed, asked: str | None) -> Judged:
    message = f"is called a library but is {row.reason}"
    finding = Finding("GC012", message, "build it again; a stripped or truncated file cannot be judged")
    return Judged(row.path, asked or _TAG, (row.path,), (finding,))


def _empty(
    named: Sequence[str], groups: Iterable[Group], others: Sequence[Failure | Passed], found: Sequence[Result]
) -> list[str]:
    """List the wheels that were named and have no ELF file at all; or everything, as one, when nothing has any."""
    wheels = {group.wheel for group in groups} | {row.path.partition(_WHEEL)[0] + ".whl" for row in others}
    failed = {row.path for row in others}
    empty = [path for path in named if path.endswith(".whl") and path not in wheels and path not in failed]
    if not found and not empty:
        return [", ".join(named)]
    return empty
