"""The commands and their options, as click declares them; each hands over to a module of its own."""

from __future__ import annotations

import sys

import click

from glibcheck.cli import NO_ANSWER


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="glibcheck")
def root() -> None:
    """Say which symbol versions a binary needs, who brought them, and how to need older ones.

    Exit codes: 0 clean, 1 findings or an incomplete fix, 2 no answer (usage, input, tool).
    """


@root.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the report.")
def scan(paths: tuple[str, ...], form: str) -> int:
    """List the symbol versions that each ELF file needs, newest first."""
    from glibcheck.cli.scan import run

    return run(paths, form)


@root.command()
@click.argument("path", metavar="FILE")
@click.argument("what", required=False, metavar="[VERSION|SYMBOL]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the report.")
def trace(path: str, what: str | None, form: str) -> int:
    """Say which library brought each version that FILE and its libraries need.

    Libraries are looked for as ld.so(8) would, LD_LIBRARY_PATH included; nothing is loaded or run.
    """
    from glibcheck.cli.trace import run

    return run(path, what, form)


def run_command(words: list[str]) -> int:
    """Parse the words after the program's name, run the command they name and give its exit code."""
    try:
        code = root.main(words, prog_name="glibcheck", standalone_mode=False)
    except click.ClickException as error:
        error.show(sys.stderr)
        return NO_ANSWER
    except click.Abort as error:
        raise KeyboardInterrupt from error
    return code if isinstance(code, int) else 0
