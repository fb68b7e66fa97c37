"""A build by a PEP 517 backend, watched and judged: the wheel that it gives, or nothing."""

from __future__ import annotations

import os
import platform
from functools import partial

from glibcheck.hook.telling import failure, tag_stays
from glibcheck.hook.verdicts import elf_files, tags_kept, verdict_on
from glibcheck.linkwatch.watch import watching
from glibcheck.workspace.buildrules import build_rules
from glibcheck.workspace.reading import read_image
from glibcheck.workspace.retagging import retagged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from glibcheck.linkwatch.journal import Journal
    from glibcheck.workspace.buildrules import BuildRules


def built(project: str, folder: str, build: Callable[[], str]) -> str:
    """Run `build`, which puts a wheel into `folder` and gives its name; gives the name that it has in the end.

    Raises: GlibcheckError when the rules of the project are none, and SystemExit with what does not fit; then there is
    no wheel.
    """
    rules = build_rules(project, os.environ)
    if rules is None:
        return build()
    with watching(rules, project) as watch:
        name = build()
        path = os.path.join(folder, name)
        try:
            _judge(path, rules, watch.journal(), project)
            return os.path.basename(_tagged(path, rules))
        except BaseException:
            if os.path.isfile(path):
                os.unlink(path)
            raise


def _judge(path: str, rules: BuildRules, journal: Journal, project: str) -> None:
    """Judge a wheel, and what was linked for it and stays where it is, as in an editable build."""
    verdict = verdict_on([path], rules, journal)
    if verdict.ok and not verdict.files and (left := _libraries(journal.outputs)):
        verdict = verdict_on(left, rules, journal, partial(os.path.relpath, start=project))
    told = failure(verdict, rules, journal)
    if told is not None:
        raise SystemExit(told)


def _libraries(paths: Iterable[str]) -> list[str]:
    """Leave out the programs that a build makes for itself: generators of code, tests."""
    return [path for path in elf_files(paths) if read_image(path).interp is None]


def _tagged(path: str, rules: BuildRules) -> str:
    """Give a wheel the tag of the target, where that is wanted and kept."""
    tag = path.removesuffix(".whl").rpartition("-")[2]
    if not rules.settings.retag or not tag.startswith("linux_"):
        return path
    tags, finding = tags_kept([path], rules, tag.removeprefix("linux_") or platform.machine())
    tag_stays(tag, finding)
    return retagged(path, tags) if tags else path
