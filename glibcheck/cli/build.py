"""`glibcheck build`: a wheel for an older system, its report and exit code."""

from __future__ import annotations

import logging
import os

from glibcheck import wheelmaker
from glibcheck.cli.exits import FINDINGS, OK
from glibcheck.cli.progress import steps
from glibcheck.cli.screen import ink, show
from glibcheck.report import build_json, build_text
from glibcheck.sysroots import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.cli.options import BuildOptions


def run(project: str, options: BuildOptions) -> int:
    """Build one project; exit code 0 when there is a wheel that keeps what it promises, 1 when something is left."""
    logging.getLogger("build").setLevel(logging.ERROR)
    wish = Wish(options["target"], None, options["runtime"], os.environ)
    request = wheelmaker.Request(
        project, wish, options["output"], options["compare"], options["smoke"], options["settings"]
    )
    with steps() as tell:
        result = wheelmaker.make(request, tell)
    show(build_json.render(result) if options["form"] == "json" else build_text.render(result, ink()))
    return OK if result.ok else FINDINGS
