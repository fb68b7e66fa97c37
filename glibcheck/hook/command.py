"""`setup.py glibcheck`: build, judge, print the verdict; also by `python -m build -C--build-option=glibcheck`."""

from __future__ import annotations

import os
import sys

from setuptools import Command
from setuptools.errors import LinkError, OptionError

from glibcheck.errors import GlibcheckError
from glibcheck.hook.distribution import Hooked
from glibcheck.hook.setuptools import MARK
from glibcheck.hook.verdicts import files_below
from glibcheck.report.check import text
from glibcheck.report.ink import Ink
from glibcheck.workspace.buildrules import build_rules


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
        """Build, and judge all of it, whatever the mode is."""
        try:
            self._run()
        except GlibcheckError as error:
            raise OptionError(f"glibcheck: {error}") from None

    def _run(self) -> None:
        rules = build_rules(os.getcwd(), os.environ, self.target)
        if rules is None:
            self.announce("glibcheck: nothing to judge by; name a --target", 2)
            return
        hooked: Hooked = getattr(self.distribution, MARK, None) or Hooked(self.distribution, rules)
        with hooked.asked(rules):
            self.run_command("build")
            folder = self.get_finalized_command("build").build_lib
            if not files_below(folder):
                self.announce("glibcheck: nothing was compiled", 2)
                return
            verdict = hooked.verdict([folder], folder)
        sys.stdout.write(text.render(verdict, Ink(demangle=True)))
        if not verdict.ok:
            raise LinkError(f"glibcheck: not everything fits {rules.target}")
