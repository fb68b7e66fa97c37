"""`setup.py glibcheck`: build, judge, print the verdict; also by `python -m build -C--build-option=glibcheck`."""

from __future__ import annotations

import os
import sys

from setuptools import Command
from setuptools.errors import LinkError, OptionError

from glibcheck.errors import GlibcheckError
from glibcheck.hook.setuptools import MARK
from glibcheck.hook.verdicts import elf_files, verdict_on
from glibcheck.linkwatch.journal import EMPTY
from glibcheck.report.check import text
from glibcheck.report.ink import Ink
from glibcheck.workspace.buildrules import build_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.hook.distribution import Hooked


class glibcheck(Command):  # type: ignore[misc]  # noqa: N801 - commands of distutils are called so
    """Judge what the build makes by the target, and fail when something does not fit."""

    description = "say which built files do not run on the oldest system that is to be supported"
    user_options = [("target=", "t", "the oldest system to support (manylinux_2_28, debian:12)")]  # noqa: RUF012

    def initialize_options(self) -> None:
        """Start from nothing, as distutils wants."""
        self.target: str | None = None

    def finalize_options(self) -> None:
        """Leave the target to the settings where none is given."""

    def run(self) -> None:
        """Build first, as `install` does."""
        try:
            rules = build_rules(os.getcwd(), os.environ, self.target)
        except GlibcheckError as error:
            raise OptionError(f"glibcheck: {error}") from None
        if rules is None:
            self.announce("glibcheck: nothing to judge by; name a --target", 2)
            return
        self.run_command("build")
        folder = self.get_finalized_command("build").build_lib
        files = elf_files(os.path.join(place, name) for place, _, names in os.walk(folder) for name in sorted(names))
        if not files:
            self.announce("glibcheck: nothing was compiled", 2)
            return
        hooked: Hooked | None = getattr(self.distribution, MARK, None)
        verdict = verdict_on([folder], rules, EMPTY if hooked is None else hooked.journal())
        sys.stdout.write(text.render(verdict, Ink(demangle=True)))
        if not verdict.ok:
            raise LinkError(f"not everything fits {rules.target}")
