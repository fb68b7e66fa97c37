"""Rules about what else a file asks of the system: processor, stack, text relocations, libpython."""

from __future__ import annotations

from glibcheck.model.verdict import Finding
from glibcheck.rules.case import Case, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LEVELS = ("x86-64-baseline", "x86-64-v2", "x86-64-v3", "x86-64-v4")
# Where a file that does not say gets an executable stack (elf_read_implies_exec of the kernel's ports; glibc alike).
_EXECUTABLE_BY_DEFAULT = frozenset({"x86_64", "i686", "armv7l", "s390x", "ppc64le"})


def _isa_level(case: Case) -> Iterator[Finding]:
    level = case.image.traits.isa_level
    if level in _LEVELS and _LEVELS.index(level) > _LEVELS.index(case.target.isa_level):
        message = f"needs a processor of level {level}; {case.target.name} promises {case.target.isa_level}"
        yield Finding("GC006", message, f"compile without -march={level}, or choose code at run time")


def _executable_stack(case: Case) -> Iterator[Finding]:
    stack = case.image.traits.executable_stack
    if stack or (stack is None and case.image.machine in _EXECUTABLE_BY_DEFAULT):
        why = "asks for an executable stack" if stack else "does not say that its stack need not be executable"
        message = f"{why}; glibc 2.41 and newer refuse to load it, hardened systems do, too"
        fix = 'end each assembler source with .section .note.GNU-stack,"",%progbits; link with -Wl,-z,noexecstack'
        yield Finding("GC007", message, fix)


def _libpython(case: Case) -> Iterator[Finding]:
    python = case.image.traits.python
    if python is not None and case.image.interp is None and python not in case.group.brought:
        message = f"names {python} in DT_NEEDED, which most interpreters do not have, and which would be a second one"
        yield Finding(
            "GC008", message, "do not link with -lpython: the interpreter that imports it has the symbols", python
        )


def _text_relocations(case: Case) -> Iterator[Finding]:
    if case.image.traits.text_relocations:
        message = "has relocations in its code (DT_TEXTREL), which hardened systems refuse"
        yield Finding("GC009", message, "compile all of it with -fPIC, archives and assembler sources included")


ISA_LEVEL = Rule(
    "GC006",
    "processor too new",
    """\
The file says (in its .note.gnu.property) that it needs a processor of a higher x86-64 level than the target
promises. The loader of glibc 2.33 and newer refuses it on others:

  CPU ISA level is lower than required

An older loader does not look, and the program ends with an illegal instruction. The note comes from
-march=x86-64-v2 and the like together with -mneeded. Compile for the first x86-64 and choose quicker code at
run time (function multiversioning), or name a target that promises more: rhel:9 has v2, rhel:10 v3, and
settings can say isa-level.""",
    _isa_level,
)

EXECUTABLE_STACK = Rule(
    "GC007",
    "executable stack",
    """\
The file asks for a stack on which code may run, or does not say that it needs none, which on most machines
means the same. glibc 2.41 and newer refuse to load such a library into a running program:

  cannot enable executable stack as shared object requires: Invalid argument

so this is a file that breaks on newer systems, not on older ones. It nearly always comes from one assembler
source without a .note.GNU-stack section, or from nested functions of GNU C. readelf -lW shows GNU_STACK with
RWE.""",
    _executable_stack,
)

LIBPYTHON = Rule(
    "GC008",
    "linked to libpython",
    """\
An extension names libpython in DT_NEEDED. Most interpreters have libpython inside of them and no such library
on disk, so the import fails; where there is one, the process has two interpreters. PEP 513 and its successors
forbid it.

Do not link with -lpython3.x. Build systems that use `python3-config --ldflags --embed` or FindPython's
Development component do so; Development.Module and pkg-config's python3 (not python3-embed) do not.""",
    _libpython,
)

TEXT_RELOCATIONS = Rule(
    "GC009",
    "relocations in code",
    """\
The loader would have to write into the code of the file (DT_TEXTREL). Systems that keep memory either writable
or executable (SELinux with execmod denied, hardened kernels) refuse it, and no two processes share the pages.

It comes from code that was not compiled with -fPIC. readelf -d shows TEXTREL; link with -Wl,-z,text to make the
linker name the object.""",
    _text_relocations,
)
