"""What several reports share: findings put together by their cause, and summed up."""

from __future__ import annotations

from glibcheck.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sized

    from glibcheck.model.verdict import Finding, Verdict


class Cause(Record):
    """Findings of one rule about one version of one library, with the files and symbols that they are about, sorted."""

    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    symbols: tuple[str, ...]

    @property
    def first(self) -> Finding:
        """The first of the findings, which stands for all of them."""
        return self.findings[0]


def causes(verdict: Verdict) -> tuple[Cause, ...]:
    """Put the findings that count together by cause, in the order of the first of each."""
    together: dict[tuple[str, str | None, str | None, str | None], list[tuple[str, Finding]]] = {}
    for file in verdict.files:
        for finding in file.findings:
            # Without a library the message is all there is to tell causes apart by.
            rest = None if finding.library else finding.message
            together.setdefault((finding.code, finding.library, finding.version, rest), []).append((file.path, finding))
    return tuple(
        Cause(
            tuple(finding for _, finding in rows),
            tuple(sorted({path for path, _ in rows})),
            tuple(sorted({finding.symbol for _, finding in rows if finding.symbol})),
        )
        for rows in together.values()
    )


def some(names: Iterable[str], most: int = 8) -> str:
    """Join the first names, and say how many more there are."""
    found = list(names)
    more = [f"{len(found) - most} more"] if len(found) > most else []
    return ", ".join([*found[:most], *more])


def summary(verdict: Verdict) -> str:
    """Sum up in one line: '3 files, 1 does not fit manylinux_2_17 (GC001 x4, GC002)'."""
    wheels = [file for file in verdict.files if file.path.endswith(".whl")]
    files = [file for file in verdict.files if file not in wheels]
    codes = [finding.code for file in verdict.files for finding in file.findings]
    counted = [f"{code} x{codes.count(code)}" if codes.count(code) > 1 else code for code in sorted(set(codes))]
    target = verdict.target or "the tag"
    judged = f"{_count(files, 'file')} judged" + (f" in {_count(wheels, 'wheel')}" if wheels else "")
    # A wheel has a finding of its own when its files do not keep the tag, so it is counted when they are not.
    bad = [file for file in files if file.findings] or [file for file in wheels if file.findings]
    verb = "does" if len(bad) == 1 else "do"
    outcome = f"{len(bad)} {verb} not fit {target} ({', '.join(counted)})" if bad else f"all fit {target}"
    waived = sum(len(file.waived) for file in verdict.files)
    parts = [judged] + [outcome] * bool(verdict.files)
    parts += ["nothing to judge"] * (not verdict.files and not verdict.errors)
    parts += [f"{waived} waived"] * bool(waived) + [f"{len(verdict.errors)} not judged"] * bool(verdict.errors)
    return ", ".join(parts)


def _count(things: Sized, name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"
