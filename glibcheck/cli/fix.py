"""`glibcheck fix`: the report of a fix, its exit code, and having it written to the project."""

from __future__ import annotations

import logging

from glibcheck import fixer
from glibcheck.builds import Options
from glibcheck.cli.exits import FINDINGS, OK
from glibcheck.cli.progress import steps
from glibcheck.cli.screen import ink, show
from glibcheck.report import fix_json, fix_text
from glibcheck.workspace.applicable import require_applicable, require_finished
from glibcheck.workspace.applying import apply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.cli.options import FixOptions
    from glibcheck.model.outcome import Outcome


def run(project: str, target: str, options: FixOptions, force: bool) -> int:
    """Fix one project; exit code 0 when the result is within the target, 1 when something is left."""
    logging.getLogger("build").setLevel(logging.ERROR)
    verify = not options["no_verify"]
    require_finished(project)
    if options["write"]:
        require_applicable(project, fixer.editable(project, options["build_system"]), force)
    with steps() as tell:
        outcome = fixer.fix(_request(project, target, options), tell)
    if options["form"] == "text":
        show(fix_text.render(outcome, ink(demangle=options["demangle"])))  # should writing fail, it is there to be read
    written = options["write"] and bool(outcome.edits) and (outcome.held or (not verify and outcome.complete))
    if written:
        apply(project, outcome.edits, force)
    match options["form"]:
        case "json":
            show(fix_json.render(outcome, written))
        case "diff":
            show(fix_text.patch(outcome))
        case _:
            show(f"\n{_verdict(outcome, options['write'], verify)}\n")
    return OK if outcome.complete else FINDINGS


def _request(project: str, target: str, options: FixOptions) -> fixer.Request:
    given = Options(options["settings"], options["configure"])
    return fixer.Request(
        project=project,
        target=target,
        smoke=options["smoke"],
        verify=not options["no_verify"],
        build_system=options["build_system"],
        options=given,
        unfortified_allowed=options["allow_unfortified"],
    )


def _verdict(outcome: Outcome, write: bool, verify: bool) -> str:
    name = outcome.target.name
    if not outcome.offences:
        return f"Nothing to fix: every file is within {name}."
    if not outcome.complete:
        return f"Not within {name}; the project was left as it is."
    state = "Held: the rebuilt project is within" if verify else "Not proved, as asked; the plan leaves nothing above"
    return f"{state} {name}. {'Written to the project.' if write else 'Run again with --apply to write it.'}"
