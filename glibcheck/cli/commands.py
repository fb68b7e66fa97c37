"""The commands and their options, as click declares them; each hands over to a module of its own."""

from __future__ import annotations

import sys

import click

from glibcheck.cli.exits import NO_ANSWER, OK


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


_TARGET = click.option(
    "--target",
    required=True,
    metavar="T",
    help="The oldest system: manylinux_2_28, manylinux2014, glibc-2.28 or 2.28.",
)


@root.command()
@click.argument("paths", nargs=-1, metavar="[FILE...]")
@_TARGET
@click.option("-o", "output", metavar="HEADER", help="Write the header to this file, whole or not at all.")
def symver(paths: tuple[str, ...], target: str, output: str | None) -> int:
    """Write a header of .symver directives that bind symbols to versions that T has.

    Only symbols that the given objects or libraries use; without FILE, every symbol of this system's glibc. Compile
    with -include HEADER. Exit code 1 when a symbol has no version that T has; each is named on stderr.
    """
    from glibcheck.cli.symver import run

    return run(paths, target, output)


@root.command()
@click.argument("project")
@_TARGET
@click.option("--apply", "write", is_flag=True, help="Write the edits to the project, if the rebuilt result holds.")
@click.option("--no-verify", is_flag=True, help="Do not rebuild; with --apply, write a plan that was not proved.")
@click.option("--smoke", metavar="FILE", help="A Python script that must succeed with the rebuilt wheel installed.")
def fix(project: str, target: str, write: bool, no_verify: bool, smoke: str | None) -> int:
    """Change the build settings of PROJECT until its wheel is within T, and prove it by a rebuild.

    Builds scratch copies through PEP 517, which runs the project's own build code and needs its build requirements;
    the project itself is written to with --apply only.
    """
    from glibcheck.cli.fix import run

    return run(project, target, smoke, write, not no_verify)


def run_command(words: list[str]) -> int:
    """Parse the words after the program's name, run the command they name and give its exit code."""
    try:
        code = root.main(words, prog_name="glibcheck", standalone_mode=False)
    except click.ClickException as error:
        error.show(sys.stderr)
        return NO_ANSWER
    except click.Abort as error:
        raise KeyboardInterrupt from error
    return code if isinstance(code, int) else OK
