"""`glibcheck sysroot` and `glibcheck env`: stubs of an older system in a folder, or around a command."""

from __future__ import annotations

import os

from glibcheck.cli.exits import OK
from glibcheck.cli.screen import complain, show
from glibcheck.errors import ToolError, UsageError
from glibcheck.report.ink import printable
from glibcheck.sysroot import environment
from glibcheck.sysroots import Wish, copy_to, sysroot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from glibcheck.model.toolchain import Runtime


def run(target: str, machine: str | None, runtime: Runtime, output: str | None) -> int:
    """Make the sysroot, or find it in the cache; print what a shell needs to use it."""
    made = sysroot(Wish(target, machine, runtime, os.environ))
    if output is not None:
        made = copy_to(made, output)
    cxx = "hidden in each file" if made.private else "the target's own"
    complain(f"{printable(made.path)}: {made.target.name} on {made.toolchain.machine}; libstdc++: {cxx}")
    show(environment.shell(made.flags))
    return OK


def run_within(target: str, machine: str | None, runtime: Runtime, command: Sequence[str]) -> int:
    """Become `command`, with a sysroot in its environment.

    Raises: UsageError without a command; ToolError when it cannot be run.
    """
    if not command:
        raise UsageError("a command is expected behind --, as in: glibcheck env --target 2.28 -- make")
    made = sysroot(Wish(target, machine, runtime, os.environ))
    around = {**os.environ, **environment.variables(made.flags, os.environ)}
    try:
        os.execvpe(command[0], list(command), around)  # noqa: S606 - what the user asks for, and no shell
    except OSError as error:
        raise ToolError(command[0], f"cannot be run: {error.strerror}") from error
