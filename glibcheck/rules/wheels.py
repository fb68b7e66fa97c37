"""Rules about a wheel as a whole: its name against its content. The gate calls them itself (see `check`)."""

from __future__ import annotations

from glibcheck.model.verdict import Finding
from glibcheck.needs import newest_needed
from glibcheck.rules.case import Case, Group, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glibcheck.model.verdict import Judged

# What makes a platform tag wrong; the others (an executable stack, libpython) are faults of a file under any tag.
OF_THE_TAG = frozenset({"GC001", "GC002", "GC003", "GC004", "GC005", "GC006", "GC010", "GC011", "GC013", "GC014"})


def platform_tags(wheel: str) -> tuple[str, ...]:
    """Give the platform tags in the name of a wheel (PEP 427: its last part, joined by dots); () for another name."""
    name = wheel.rpartition("/")[2]
    parts = name.removesuffix(".whl").split("-")
    return tuple(parts[-1].split(".")) if name.endswith(".whl") and len(parts) in (5, 6) else ()


def wrong_tag(group: Group, tag: str, files: Sequence[Judged]) -> Iterator[Finding]:
    """Compare a platform tag with the content; `files` were judged by what it promises, and are empty for 'any'."""
    if tag == "any":
        message = f"the tag says 'any', but there are {len(group.files)} ELF files for {_machines(group)}"
        yield Finding("GC015", message, "build it as a wheel of a platform (setuptools: has_ext_modules)")
        return
    bad = [file for file in files if any(found.code in OF_THE_TAG for found in file.findings)]
    if bad:
        needs = [newest_needed(file.image) for file in group.files]
        newest = max((need["GLIBC"] for need in needs if "GLIBC" in need), default=None)
        content = f"needs glibc {newest.number}" if newest else "does not fit"
        message = f"the tag says {tag}, the content {content}: {len(bad)} of {len(files)} files do not keep it"
        yield Finding("GC015", message, "fix the files below, or give it the tag that it keeps (auditwheel repair)")


def no_elf(what: str) -> Finding:
    """Say that there was nothing to judge where something must be."""
    return Finding("GC016", f"{what} has no ELF file, and --require-elf asks for one", "build it with its extensions")


def _machines(group: Group) -> str:
    return ", ".join(sorted({file.image.machine for file in group.files}))


def _nothing(_case: Case) -> Iterator[Finding]:
    return iter(())


TAG = Rule(
    "GC015",
    "tag that lies",
    """\
The platform tag in a wheel's name is a promise to pip: manylinux_2_17 means that it runs wherever glibc is 2.17
or newer (PEP 600). This wheel's content does not keep it, so pip installs it on systems where the import fails.
Or the tag is 'any', and the wheel holds ELF files, which run on one machine only.

It comes about when a wheel is renamed or retagged by hand (--plat-name), or when a build backend believes the
name of its container. auditwheel repair gives the tag that the content keeps; glibcheck fix makes the content
keep an older one.""",
    _nothing,
)

NO_ELF = Rule(
    "GC016",
    "nothing to judge",
    """\
--require-elf was given, and a wheel, or all that was named, has no ELF file. Without the option that is a note,
not a finding: pure Python wheels have none. With it, a build that silently left its extensions out does not
pass.""",
    _nothing,
)
