"""Rules about what a file is for and what must be there beside it: machine, C library, other libraries."""

from __future__ import annotations

from glibcheck.model.verdict import Finding
from glibcheck.rules.case import Case, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# The loader itself, which every system has; some machines' libc needs it by name.
_LOADER = ("ld-linux", "ld64.so", "ld.so.", "ld-musl")
_MUSL = ("libc.musl-", "libc.so")


def _external(case: Case) -> Iterator[Finding]:
    if case.target.libraries is None:
        return
    for name in case.image.needed:
        known = name in case.target.libraries or name.startswith(_LOADER) or name == case.image.traits.python
        if not known and name not in case.group.brought and not (case.target.libc == "musl" and name.startswith(_MUSL)):
            message = f"needs {name}, which {case.target.name} does not promise and which is not brought along"
            yield Finding("GC010", message, "bring it into the wheel (auditwheel repair), or link it statically", name)


def _contradictory(case: Case) -> Iterator[Finding]:
    image = case.image
    for library in sorted({need.library for need in image.requirements} - {*image.needed}):
        message = f"asks for versions of {library}, which is not in DT_NEEDED: whether they are there is luck"
        yield Finding("GC012", message, f"link it again with {library}; something removed it afterwards", library)
    versioned = any(need.version.startswith("GLIBC_") for need in image.requirements)
    if "libc.so.6" in image.needed and not versioned and case.glibc is not None:
        names = sorted({name for name in image.unversioned if case.glibc.rows(name)} - image.weak_symbols)
        if names:
            message = (
                f"uses glibc ({', '.join(names[:3])}{' ...' if len(names) > 3 else ''}) but names no version of it"
            )
            fix = "its versions were removed after the link, so what it needs is unknown: link it again"
            yield Finding("GC012", message, fix, symbol=names[0])


def _machine(case: Case) -> Iterator[Finding]:
    if case.target.machine is not None and case.target.machine != case.image.machine:
        message = f"is for {case.image.machine}; {case.target.name} is for {case.target.machine}"
        yield Finding("GC013", message, "build it for that machine, or name the target of this one")


def _libc(case: Case) -> Iterator[Finding]:
    libc = case.image.traits.libc
    if libc is not None and libc != case.target.libc:
        message = f"is for {libc}; {case.target.name} has {case.target.libc}"
        yield Finding("GC014", message, f"build it on a system of {case.target.libc}")


EXTERNAL = Rule(
    "GC010",
    "library that is not promised",
    """\
The file names a library in DT_NEEDED that the target's policy does not promise, and no file that comes with it
(in the same wheel, or among the files named) is that library. Where the user has not installed it by chance, in
that very version:

  ImportError: libfoo.so.3: cannot open shared object file: No such file or directory

auditwheel repair copies such libraries into the wheel. Targets that are a release of glibc or a distribution
say nothing of libraries, and settings can allow more: [tool.glibcheck.targets.NAME] with libraries =
["libcuda.so.1"].""",
    _external,
)

CONTRADICTORY = Rule(
    "GC012",
    "contradicts itself",
    """\
What the file says of its needs is missing, or contradicts itself, so whether it runs cannot be told; and what
cannot be told is not a pass. It asks for versions of a library that it does not name (the loader stops with an
assertion when nobody else has loaded it); or it uses functions of glibc but has no version of any (patchelf
--clear-symbol-version leaves that: the functions are then bound to whatever old version comes first, or not at
all); or it is called like a library and has no dynamic section.

Tools that change files after the link are the usual cause. Link again.""",
    _contradictory,
)

MACHINE = Rule(
    "GC013",
    "other machine",
    """\
The target names a machine and the file is for another: it cannot be loaded there at all ("wrong ELF class",
"cannot open shared object file"). In wheels it comes from a build that reused files of another architecture, or
from a data file that is a program.""",
    _machine,
)

LIBC = Rule(
    "GC014",
    "other C library",
    """\
The file is linked to musl and the target has glibc, or the other way around. They do not stand in for each
other: names, types and versions differ. A wheel is for one of them (PEP 656: musllinux; PEP 600: manylinux).""",
    _libc,
)
