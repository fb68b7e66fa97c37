"""The rules of the gate, by code.

To add a rule, write a function that gives findings for a `Case`, and a `Rule` with the next free code and an
explanation, in the module of its subject; name it here. Codes are for ever: people ignore them by code, and a code that
is given up is not used again.
"""

from __future__ import annotations

from glibcheck.rules import libraries, symbols, traits, versions, wheels

RULES = {
    rule.code: rule
    for rule in (
        versions.TOO_NEW,
        symbols.UNVERSIONED,
        symbols.MISPLACED,
        versions.PRIVATE,
        versions.MARKERS,
        traits.ISA_LEVEL,
        traits.EXECUTABLE_STACK,
        traits.LIBPYTHON,
        traits.TEXT_RELOCATIONS,
        libraries.EXTERNAL,
        symbols.FORBIDDEN,
        libraries.CONTRADICTORY,
        libraries.MACHINE,
        libraries.LIBC,
        wheels.TAG,
        wheels.NO_ELF,
    )
}
