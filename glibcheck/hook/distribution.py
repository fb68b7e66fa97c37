"""A distribution whose commands are watched and checked, whatever classes the project uses for them.

A command that is merely registered is bypassed by a project's `cmdclass`, and what stands in `cmdclass` may be replaced
later. So the two questions that distutils asks the distribution are answered here: which class a command has (that of
the project, with ours in front of it), and to run one (with the links watched).
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from functools import partial

from glibcheck.errors import GlibcheckError
from glibcheck.hook.telling import failure, tag_stays
from glibcheck.hook.verdicts import elf_files, files_below, tags_kept, verdict_on
from glibcheck.linkwatch.journal import EMPTY
from glibcheck.linkwatch.watch import watching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from glibcheck.linkwatch.journal import Journal
    from glibcheck.linkwatch.watch import Watch
    from glibcheck.model.verdict import Verdict
    from glibcheck.workspace.buildrules import BuildRules

    Tag = tuple[str, str, str]

# The commands that may compile; the others (egg_info, sdist, ...) cost nothing.
_BUILDING = frozenset({
    "build", "build_clib", "build_ext", "build_py", "bdist", "bdist_egg", "bdist_rpm", "bdist_wheel", "develop",
    "editable_wheel", "install", "install_lib", "test",
})  # fmt: skip


class Hooked:
    """The state of one distribution: its rules, its watch while a command runs, and what was judged already."""

    def __init__(self, dist: Any, rules: BuildRules) -> None:
        """Take over the distribution's answers."""
        self.rules = rules
        self._project = dist.get_fullname
        self._run_command, self._command_class = dist.run_command, dist.get_command_class
        self._watch: Watch | None = None
        self._silent = False
        self._judged: set[bytes] = set()
        self._classes: dict[Any, Any] = {}
        dist.run_command, dist.get_command_class = self._run, self._class

    def relinks(self, paths: Iterable[str], folder: str) -> bool:
        """Say whether a build that left these files has to link anew: it was not held to these rules."""
        if self.rules.mode != "fix" or not (there := elf_files(paths)):
            return False
        with _errors():
            return not self.verdict(there, folder).ok

    def judge(self, paths: Iterable[str], folder: str) -> None:
        """Judge built files, each once, that are in a folder as they will be in the wheel.

        Raises setuptools.errors.LinkError, or warns, as the mode says.
        """
        self._judge(self._new(elf_files(paths)), folder)

    def judge_folder(self, folder: str) -> None:
        """Judge what is going into a wheel, as one; what was judged when it was linked is not told again."""
        if self._new(files_below(folder)):
            self._judge([folder], folder)

    def verdict(self, paths: Sequence[str], folder: str) -> Verdict:
        """Judge what is in a folder as it will be in the wheel, by what the links have left behind."""
        return verdict_on(paths, self.rules, self._journal(), partial(_in_wheel, self._project(), folder))

    @contextmanager
    def asked(self, rules: BuildRules) -> Iterator[None]:
        """Have the commands that run inside held to other rules, and leave the verdict to the caller."""
        before, self.rules, self._silent = self.rules, rules, True
        try:
            with self._watched():
                yield
        finally:
            self.rules, self._silent = before, False

    def tag(self, folder: str, tag: Tag) -> Tag:
        """Give the tag of a wheel with this content: that of the target, where it is wanted and kept."""
        python, abi, platform = tag
        machine = platform.removeprefix("linux_")
        if not self.rules.settings.retag or machine == platform:
            return tag
        tags, finding = tags_kept([folder], self.rules, machine)
        tag_stays(platform, finding)
        return (python, abi, ".".join(tags)) if tags else tag

    def _journal(self) -> Journal:
        """Read what the links so far have left; empty when no command runs."""
        return EMPTY if self._watch is None else self._watch.journal()

    def _judge(self, paths: Sequence[str], folder: str) -> None:
        if not paths or self._silent:
            return
        with _errors():
            verdict, journal = self.verdict(paths, folder), self._journal()
        told = failure(verdict, self.rules, journal)
        if told is not None:
            from setuptools.errors import LinkError

            raise LinkError(told)

    def _new(self, paths: Iterable[str]) -> list[str]:
        """Choose the files whose content was not seen before: setuptools copies what it has built."""
        found = []
        for path in paths:
            with open(path, "rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").digest()
            if digest not in self._judged:
                self._judged.add(digest)
                found.append(path)
        return found

    def _run(self, command: str) -> None:
        if self._watch is not None or command not in _BUILDING:
            self._run_command(command)
            return
        with _errors(), self._watched():
            self._run_command(command)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        with watching(self.rules, os.getcwd()) as watch:
            self._watch = watch
            try:
                yield
            finally:
                self._watch = None

    def _class(self, command: str) -> Any:
        found = self._command_class(command)
        mixin = _MIXINS.get(command)
        if mixin is None:
            return found
        if found not in self._classes:
            self._classes[found] = type(found.__name__, (mixin, found), {"glibcheck": self, "__doc__": found.__doc__})
        return self._classes[found]


class _BuildExt:
    """In front of a project's build_ext: what was built is judged when all of it is there."""

    glibcheck: Hooked
    build_lib: str
    force: bool

    def run(self) -> None:
        self.force = self.force or self.glibcheck.relinks(self._glibcheck_outputs(), self.build_lib)
        super().run()  # type: ignore[misc]
        self.glibcheck.judge(self._glibcheck_outputs(), self.build_lib)

    def _glibcheck_outputs(self: Any) -> list[str]:
        """List the files that were built, or, when they were built in place, those in the source tree."""
        mapping = self.get_output_mapping() if hasattr(self, "get_output_mapping") else {}
        return [*self.get_outputs(), *mapping.values()]


class _BdistWheel:
    """In front of a project's bdist_wheel: the content is judged as a whole before it is packed, then tagged."""

    glibcheck: Hooked
    bdist_dir: str
    _glibcheck_running = False
    _glibcheck_tag: Tag | None = None

    def run(self) -> None:
        self._glibcheck_running, self._glibcheck_tag = True, None
        try:
            super().run()  # type: ignore[misc]
        finally:
            self._glibcheck_running = False

    def get_tag(self) -> Tag:
        tag: Tag = super().get_tag()  # type: ignore[misc]
        if not self._glibcheck_running or not os.path.isdir(self.bdist_dir):
            return tag
        if self._glibcheck_tag is None:
            self.glibcheck.judge_folder(self.bdist_dir)
            self._glibcheck_tag = self.glibcheck.tag(self.bdist_dir, tag)
        return self._glibcheck_tag


_MIXINS: dict[str, type] = {"build_ext": _BuildExt, "bdist_wheel": _BdistWheel}


def _in_wheel(project: str, folder: str, path: str) -> str:
    """Name a built file as a scan of the wheel would."""
    inside = os.path.relpath(path, folder)
    return f"{project}.whl:{os.path.relpath(path) if inside.startswith('..') else inside}"


@contextmanager
def _errors() -> Iterator[None]:
    """Turn errors of ours into one of setuptools', which it prints without a traceback."""
    try:
        yield
    except GlibcheckError as error:
        from setuptools.errors import PlatformError

        raise PlatformError(f"glibcheck: {error}") from None
