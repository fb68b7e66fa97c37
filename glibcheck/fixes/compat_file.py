"""glibcheck_compat.c: one C file among the project's own sources that has what the target's C library has not.

It has two kinds of things, all hidden, so that a library never offers them to others:

- functions that the target does not have at all (`arc4random`), from the collection of `sysroot.compat`;
- redirections, for what the target has in an older version: a function of the same name that jumps to
  `name@OLDER_VERSION`. A definition inside of the link answers for all its code, also for that of archives
  (libstdc++.a), which no `.symver` directive in a source can reach. The jump leaves registers and stack alone, so it
  serves every signature; the reference by which it jumps is bound by a `.symver` directive in the same piece of
  assembly, so that link-time optimization cannot part the two.

Trap: where `name` is defined, the directive `.symver name,name@VERSION` makes it a definition of that version (GNU as
manual, ".symver"), to which the jump would then lead back. So no unit of the link may have a directive for what is
redirected: the header leaves it out where `symver.COMPAT_MACRO` is defined. With link-time optimization that counts
for all units, since the compiler makes one piece of assembly of them.

The functions need older versions of others themselves (`pthread_once` of libpthread.so.0); these are redirected, too,
or, on machines for which no jump is written here, bound by directives in the file.
"""

from __future__ import annotations

import re

from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.plan import Directive
from glibcheck.model.record import Record
from glibcheck.symver import bind_all, condition, wanted_by_name
from glibcheck.sysroot.compat.onefile import closure, one_text, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glibcheck.model.image import Export
    from glibcheck.model.plan import Step
    from glibcheck.model.target import Target

    Exports = Mapping[Soname, tuple[Export, ...]]

COMPAT_FILE = "glibcheck_compat.c"

# A jump through the global offset table: the linker leaves a reference to the shared library there.
_JUMPS = {
    "x86_64": (r'"endbr64\n"', r'"jmp *glibcheck_old_" #name "@GOTPCREL(%rip)\n"'),
    "aarch64": (
        r'"hint 34\n"',  # bti c, for assemblers that do not know it
        r'"adrp x16, :got:glibcheck_old_" #name "\n"',
        r'"ldr x16, [x16, :got_lo12:glibcheck_old_" #name "]\n"',
        r'"br x16\n"',
    ),
}
_BEFORE = (
    r'".pushsection .text." #name ",\"ax\",%progbits\n"',
    r'".globl " #name "\n"',
    r'".hidden " #name "\n"',
    r'".type " #name ",%function\n"',
    r'".symver glibcheck_old_" #name "," #name "@" version "\n"',
    r'".balign 16\n"',
    r'#name ":\n"',
    r'".cfi_startproc\n"',
)
_BEHIND = (r'".cfi_endproc\n"', r'".popsection\n"')  # no .size: clang's LTO for aarch64 cannot count it
JUMPING = frozenset(_JUMPS)  # the machines that have redirections


class Contents(Record):
    """What a compat file was made for: the functions asked for, and the redirections."""

    functions: tuple[SymbolName, ...] = ()
    redirects: tuple[Directive, ...] = ()


_NOTHING = Contents()


def whole(
    functions: Iterable[SymbolName], redirects: Iterable[Directive], exports: Exports, target: Target, machine: str
) -> Contents:
    """Add to functions and redirections what the functions need in turn.

    `exports` are those of the C library here: what a link gets by a name.
    """
    every = closure(functions, machine, target.glibc)
    asked = words(every) - set(every)
    found = bind_all(wanted_by_name(frozenset(map(SymbolName, asked)), exports, target), exports, target)
    older = {row.symbol: row for row in found if isinstance(row, Directive)}
    older |= {row.symbol: row for row in redirects}
    return Contents(every, tuple(sorted(older.values())))


def compat_text(functions: Iterable[SymbolName], redirects: Iterable[Directive], target: Target, machine: str) -> str:
    """Write the file with these functions, and those that they need, and these redirections."""
    every = closure(functions, machine, target.glibc)
    older = sorted({row.symbol: row for row in redirects if row.symbol not in every}.values())
    parts = [_comment(Contents(every, tuple(older)), target, machine), f"#if {condition(machine)}\n"]
    if older:
        parts.append(_redirections(older, machine))
    if every:
        parts.append(one_text(every))
    parts.append("#else\ntypedef int glibcheck_compat; /* not for this machine */\n#endif\n")
    return "\n".join(parts)


def read_compat(text: str) -> Contents:
    """Read what a file that `compat_text` wrote is made for; nothing from any other text."""
    comment = text.partition("*/")[0]
    functions = re.findall(r"^ \* function (\S+)$", comment, re.MULTILINE)
    redirects = re.findall(r"^ \* redirect (\S+)@(\S+?)(?: of (\S+))?$", comment, re.MULTILINE)
    return Contents(
        tuple(map(SymbolName, functions)),
        tuple(
            Directive(SymbolName(symbol), VersionName(version), Soname(home) if home else None)
            for symbol, version, home in redirects
        ),
    )


def contents_of(steps: Iterable[Step], earlier: Contents = _NOTHING) -> Contents:
    """Collect what all steps want in the one compat file of the project, and what an earlier fix put there.

    A symbol has one redirection: the version of the last one that asks, as the target may be another one now.
    """
    chosen = tuple(steps)
    functions = {*earlier.functions, *(name for step in chosen for name in step.functions)}
    redirects = {row.symbol: row for row in (*earlier.redirects, *(row for step in chosen for row in step.redirects))}
    return Contents(tuple(sorted(functions)), tuple(sorted(redirects.values())))


def _comment(contents: Contents, target: Target, machine: str) -> str:
    rows = [f" * function {name}" for name in contents.functions]
    rows += [
        f" * redirect {row.symbol}@{row.version}" + (f" of {row.home}" if row.home else "")
        for row in contents.redirects
    ]
    lines = [
        f"/* Functions of the C library that this project uses and {target.name} lacks, or has in an older version.",
        " *",
        f" * Made by glibcheck fix, for {machine}, which makes it anew when it finds more: it reads the lines below.",
        " * All of it is hidden: nothing is offered to other libraries. Compile it into what is linked, as C.",
        " *",
        *rows,
        " *",
        " * SPDX-License-Identifier: MIT",
        " * Copyright (c) 2026 The glibcheck authors",
        " */",
    ]
    return "\n".join(lines) + "\n"


def _redirections(redirects: Iterable[Directive], machine: str) -> str:
    """Write the redirections; directives that reach this file alone where no jump is known."""
    jump = _JUMPS.get(machine)
    if jump is None:
        return "".join(f'__asm__(".symver {row.symbol},{row.symbol}@{row.version}");\n' for row in redirects)
    lines = [
        "/* Under each name, a jump to the older version of the function, whatever its parameters are. */",
        "#define REDIRECT(name, version) \\",
        "    __asm__( \\",
        *(f"        {line} \\" for line in (*_BEFORE, *jump, *_BEHIND)),
        "    )",
        *(f'REDIRECT({row.symbol}, "{row.version}");' for row in redirects),
        "#undef REDIRECT",
    ]
    return "\n".join(lines) + "\n"
