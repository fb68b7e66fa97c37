"""The door: arguments in, exit code out; nothing else prints.

A scan is started thousands of times by build systems, so `scan` with plain file names, and `check` with no more than
a target, are answered before click is loaded, which alone takes longer than the scan (see `model.record`); so is the
question where the sysroot of a target is, which a build may ask for each of its parts. Everything else, options and
help included, goes through `commands`.
"""

from __future__ import annotations

import gc
import sys

from glibcheck.cli.exits import NO_ANSWER
from glibcheck.cli.screen import abandon, complain
from glibcheck.errors import GlibcheckError

_SELDOM = 100_000  # new containers between two looks of the garbage collector; by default 700


def main(arguments: list[str] | None = None) -> int:
    """Run the program; `arguments` are those after its name, by default of this process."""
    # Our values are tuples without cycles, which counting references frees. Looking for cycles takes 4 % of a long
    # scan, and 10 % of a short one at its very end, when Python looks at all that there is, but for what is frozen.
    gc.set_threshold(_SELDOM)
    code = _answered(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()
    return code


def _answered(words: list[str]) -> int:
    try:
        return _run(words)
    except GlibcheckError as error:
        complain(str(error))
        return NO_ANSWER
    except KeyboardInterrupt:
        complain("interrupted")
        return NO_ANSWER
    except BrokenPipeError:
        abandon()  # The reader went away (`| head`).
        return NO_ANSWER
    except OSError as error:
        abandon()
        complain(f"the system refused: {error}")
        return NO_ANSWER


def _run(words: list[str]) -> int:
    if len(words) > 1 and words[0] == "scan" and not any(word.startswith("-") for word in words):
        from glibcheck.cli.scan import run

        return run(words[1:], "text")
    if words[:1] == ["check"]:
        from glibcheck.cli.options import plain_check

        plain = plain_check(words[1:])
        if plain is not None:
            from glibcheck.cli.check import run as run_check

            return run_check(*plain)
    if len(words) == 3 and words[:2] == ["sysroot", "--target"]:
        from glibcheck.cli.sysroot import run as run_sysroot

        return run_sysroot(words[2], None, "auto", None)
    from glibcheck.cli.commands import run_command

    return run_command(words)
