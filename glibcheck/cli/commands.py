"""The commands and their options, as click declares them; each hands over to a module of its own."""

from __future__ import annotations

import sys

import click
from click.core import ParameterSource

from glibcheck.cli import completion, pages
from glibcheck.cli.exits import NO_ANSWER, OK
from glibcheck.cli.surveys import ask, survey
from glibcheck.errors import ToolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar, Unpack

    from glibcheck.cli.options import BuildOptions, CheckOptions, FixOptions, TraceOptions
    from glibcheck.model.toolchain import Runtime

    _Command = TypeVar("_Command", bound=Callable[..., Any])


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}, epilog=pages.ROOT)
@click.version_option(package_name="glibcheck")
def root() -> None:
    """Say which symbol versions a binary needs, who brought them, and how to need older ones."""


_DEMANGLE = click.option(
    "--demangle/--no-demangle",
    default=None,
    help="Show C++ and Rust names as in the source, in text reports; by default on a terminal only.",
)


@root.command(short_help="List the versions that files need.", epilog=pages.SCAN)
@click.argument("paths", nargs=-1, metavar="[FILE|DIRECTORY|ARCHIVE|-]...")
@click.option("--installed", multiple=True, metavar="NAME", help="The files of an installed distribution.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "jsonl", "csv"]), default="text", help="Report as."
)
@click.option("-q", "--quiet", is_flag=True, help="One line a file: its path and the newest version of each family.")
@click.option("--sort", type=click.Choice(["given", "newest"]), default="given", help="Order of the files.")
@click.option("--strict", is_flag=True, help="Read archive members to the end and check their checksums.")
@click.option("--max-inflated", type=click.IntRange(1), metavar="BYTES", help="What one archive may inflate to.")
@_DEMANGLE
def scan(
    paths: tuple[str, ...],
    installed: tuple[str, ...],
    form: str,
    quiet: bool,
    sort: str,
    strict: bool,
    max_inflated: int | None,
    demangle: bool | None,
) -> int:
    """List the symbol versions that each ELF file needs, newest first.

    Directories are searched, archives (wheels, zip, conda, tar) read without unpacking; - takes names from stdin, a
    line each, or ended by zero bytes as from find -print0.
    """
    from glibcheck.cli.names import all_names
    from glibcheck.cli.scan import run
    from glibcheck.workspace.reading import Options

    names = all_names(paths, installed)
    shape = "quiet" if quiet and form == "text" else form
    return run(names, shape, Options(strict, max_inflated), sort == "newest", demangle)


_TRACE_FORMS = ("tree", "text", "json", "html", "dot", "mermaid")


@root.command(short_help="Say who brought each version, down to the line of source.", epilog=pages.TRACE)
@click.argument("path", metavar="FILE")
@click.argument("what", required=False, metavar="[VERSION|SYMBOL]")
@click.option("--target", metavar="T", shell_complete=completion.targets, help="Explain what is too new for T.")
@click.option(
    "--format", "form", type=click.Choice(_TRACE_FORMS), help="Report as; tree on a terminal, text elsewhere."
)
@click.option("-o", "output", metavar="FILE", help="Write the report to FILE, whole or not at all.")
@click.option(
    "--build-dir", multiple=True, metavar="PATH", help="Objects of the build: a folder, an archive, an object."
)
@click.option("--map", multiple=True, metavar="FILE", help="The linker's map (-Wl,-Map=FILE), or lld's --why-extract.")
@click.option("--linker-output", multiple=True, metavar="FILE", help="A log with what -Wl,--trace-symbol printed.")
@click.option("--debug-dir", multiple=True, metavar="DIR", help="Separate debug files, laid out as in /usr/lib/debug.")
@click.option("--debuginfod", is_flag=True, help="Ask the servers of DEBUGINFOD_URLS for debug files.")
@click.option("--record", metavar="FILE", help="Write down the provenance of every symbol, for check --provenance.")
@_DEMANGLE
def trace(path: str, what: str | None, **options: Unpack[TraceOptions]) -> int:
    """Say who brought each version that FILE and its libraries need: libraries, object, function, line of source.

    FILE may be a wheel. Explains what is too new for the target, else the newest version of each family; or one VERSION
    or SYMBOL. Libraries are looked for as ld.so(8) would, LD_LIBRARY_PATH included; nothing is loaded or run.
    """
    from glibcheck.cli.trace import run

    return run(path, what, options)


@root.command(short_help="List distributions and what they have.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the report.")
def distros(form: str) -> int:
    """List releases of Linux distributions with the newest versions of glibc and libstdc++ that they have."""
    from glibcheck.cli.distros import run

    return run(form)


def _target(required: bool) -> Callable[[_Command], _Command]:
    return click.option(
        "--target",
        required=required,
        metavar="T",
        shell_complete=completion.targets,
        help="The oldest system: manylinux_2_28, manylinux2014, glibc-2.28 or 2.28.",
    )


_TARGET = _target(required=True)


@root.command(short_help="Write a header that binds older versions.")
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


_FORMATS = ("text", "json", "github", "sarif", "gitlab", "junit", "markdown")


@root.command(short_help="Judge whether files run on a system.", epilog=pages.CHECK)
@click.argument("paths", nargs=-1, metavar="[FILE|DIRECTORY|ARCHIVE|-]...")
@click.option("--installed", multiple=True, metavar="NAME", help="The files of an installed distribution.")
@click.option(
    "--target",
    metavar="T",
    shell_complete=completion.targets,
    help="The oldest system to support; a wheel's own tag by default.",
)
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", help="Report as.")
@click.option("-o", "output", metavar="FILE", help="Write the report to FILE, whole or not at all.")
@click.option("--select", multiple=True, metavar="CODES", help="Judge by these rules only: GC001,GC003.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Leave these rules out.")
@click.option("--baseline", metavar="FILE", help="Fail only on findings that are not in FILE.")
@click.option("--update-baseline", is_flag=True, help="Write today's findings to the baseline, and pass.")
@click.option(
    "--provenance", multiple=True, metavar="FILE", help="Name lines of source, from what `trace --record` wrote."
)
@click.option("--require-elf", is_flag=True, help="Fail when a wheel, or all that was named, has no ELF file.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 in spite of findings, for steps that upload the report.")
@click.option("--config", metavar="FILE", help="Settings: a pyproject.toml; by default found upwards from here.")
@click.option("--isolated", is_flag=True, help="Look for no settings.")
@click.option("--strict", is_flag=True, help="Read archive members to the end and check their checksums.")
@_DEMANGLE
def check(paths: tuple[str, ...], installed: tuple[str, ...], **options: Unpack[CheckOptions]) -> int:
    """Judge whether each file runs on T; exit code 1 when one does not, with what is too new and what to do.

    A wheel that is named without --target is held to its own tag. Nothing is run, nothing of this system is looked at:
    the answer is the same on any machine. `glibcheck rule CODE` explains a finding.
    """
    from glibcheck.cli.check import run
    from glibcheck.cli.names import all_names

    return run(all_names(paths, installed), options)


@root.command(short_help="Explain a rule of the gate.")
@click.argument("code", required=False, shell_complete=completion.rules)
def rule(code: str | None) -> int:
    """Explain the rule CODE of the gate at length; without CODE, list all rules."""
    from glibcheck.cli.rule import run

    return run(code)


@root.command(short_help="Explain what a loader said.", epilog=pages.EXPLAIN)
@click.argument("words", nargs=-1, metavar="[MESSAGE]...")
@click.option("--file", "paths", multiple=True, metavar="FILE", help="Say who in this file, directory or wheel asks.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the report.")
@_DEMANGLE
def explain(words: tuple[str, ...], paths: tuple[str, ...], form: str, demangle: bool | None) -> int:
    """Explain what a loader said: version `GLIBC_2.34' not found, undefined symbol: __isoc23_strtol, ...

    MESSAGE is one argument or many; without any it is read from stdin.
    """
    from glibcheck.cli.explain import run

    return run(" ".join(words), paths, form, demangle)


@root.command(short_help="Say what is newer in one of two builds.", epilog=pages.COMPARE)
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="Report as.")
@_DEMANGLE
def compare(old: str, new: str, form: str, demangle: bool | None) -> int:
    """Say what became newer and what older between two builds: files, directories, wheels.

    Exit code 1 when something needs a newer system than before.
    """
    from glibcheck.cli.compare import run

    return run(old, new, form, demangle)


@root.command(short_help="Print the settings that hold here.")
@click.option("--schema", is_flag=True, help="Print the JSON schema of [tool.glibcheck] instead.")
def config(schema: bool) -> int:
    """Print the settings that hold here: those of [tool.glibcheck] in the nearest pyproject.toml."""
    from glibcheck.cli.config import run

    return run(schema)


def _settings(_context: click.Context, _option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """Read KEY=VALUE words as pip and build do; a key without a value has an empty one."""
    return {key: value for key, _, value in (pair.partition("=") for pair in pairs)}


_SETTINGS = click.option(
    "-C",
    "--config-setting",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_settings,
    help="For the build backend.",
)

_FIX_NEEDS = ("libcst", "tomlkit")  # of the extra "fix"; rich is only wanted, and build for wheels alone


@root.command(short_help="Make a project need less, and prove it.", epilog=pages.FIX)
@click.argument("project")
@_target(required=False)
@click.option("--apply", "write", is_flag=True, help="Write the edits to the project, if the rebuilt result holds.")
@click.option("--undo", is_flag=True, help="Take back the last fix that was written; nothing is built.")
@click.option("--force", is_flag=True, help="Write, or undo, even if it loses changes that git does not have.")
@click.option("--no-verify", is_flag=True, help="Do not rebuild; with --apply, write a plan that was not proved.")
@click.option("--smoke", metavar="FILE", help="A Python script that must succeed with the rebuilt wheel installed.")
@click.option(
    "--build-system",
    type=click.Choice(["auto", "pep517", "autotools", "meson", "cmake"]),
    default="auto",
    help="What builds it, where a project has several; by default its Python build.",
)
@_SETTINGS
@click.option("--allow-unfortified", is_flag=True, help="Let -U_FORTIFY_SOURCE be a fix; it takes checks away.")
@click.option("--configure", multiple=True, metavar="WORD", help="For configure, meson setup or cmake; repeatable.")
@click.option("--format", "form", type=click.Choice(["text", "json", "diff"]), default="text", help="How to show it.")
@_DEMANGLE
def fix(project: str, target: str | None, undo: bool, force: bool, **options: Unpack[FixOptions]) -> int:
    """Change the build files of PROJECT until what it builds is within T, and prove it by rebuilds.

    Builds scratch copies, which runs the project's own build code and needs what it requires; the project itself is
    written to with --apply only.
    """
    if undo:
        return _undo(project, force)
    if target is None:
        raise click.MissingParameter(param_hint="'--target'", param_type="option")
    if force and not options["write"]:
        raise click.UsageError("--force goes with --apply or --undo")
    try:
        from glibcheck.cli.fix import run
    except ModuleNotFoundError as error:
        if error.name not in _FIX_NEEDS:
            raise
        raise ToolError("fix", f"{error.name} is not installed; run: python -m pip install 'glibcheck[fix]'") from error
    return run(project, target, options, force)


def _undo(project: str, force: bool) -> int:
    context = click.get_current_context()
    written = {name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if written - {"project", "undo", "force"}:
        raise click.UsageError("--undo takes no other option than --force")
    from glibcheck.cli.undo import run

    return run(project, force)


_RUNTIME = click.option(
    "--cxx-runtime",
    "runtime",
    type=click.Choice(["auto", "private", "shared"]),
    default="auto",
    help="libstdc++: linked in and hidden, or the target's own; auto links it in when it would be too new.",
)
_MACHINE = click.option("--machine", metavar="M", help="Another machine, by a cross compiler: aarch64, s390x, ...")


@root.command(short_help="Stub libraries of an older system, for any build.", epilog=pages.SYSROOT)
@_TARGET
@_MACHINE
@_RUNTIME
@click.option("-o", "output", metavar="DIR", help="Put it there; without, it stays in the user's cache.")
def sysroot(target: str, machine: str | None, runtime: Runtime, output: str | None) -> int:
    """Show the linker an older system: stub libraries of T's glibc and compat functions, for the compiler at hand.

    Prints the variables that a shell needs to build with it; LDFLAGS=-LDIR alone reaches most builds. The compiler is
    that of CC, else the system's.
    """
    from glibcheck.cli.sysroot import run

    return run(target, machine, runtime, output)


@root.command(
    context_settings={"ignore_unknown_options": True},
    short_help="Run a build so that its results run on an older system.",
    epilog=pages.ENV,
)
@_TARGET
@_MACHINE
@_RUNTIME
@click.argument("command", nargs=-1, metavar="-- COMMAND...", type=click.UNPROCESSED)
def env(target: str, machine: str | None, runtime: Runtime, command: tuple[str, ...]) -> int:
    """Run COMMAND, a build of any kind, so that what it links runs on T."""
    from glibcheck.cli.sysroot import run_within

    return run_within(target, machine, runtime, command)


@root.command(short_help="Make a wheel that runs on an older system.", epilog=pages.BUILD)
@click.argument("project", default=".")
@_TARGET
@click.option("-o", "output", metavar="DIR", default="dist", show_default=True, help="Where the wheel is put.")
@_RUNTIME
@click.option("--compare/--no-compare", default=True, help="Build it as it is, too, and see that nothing got lost.")
@click.option("--smoke", metavar="FILE", help="A Python script that must succeed with the wheel installed.")
@_SETTINGS
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the report.")
def build(project: str, **options: Unpack[BuildOptions]) -> int:
    """Build a wheel of PROJECT, a directory or an sdist, that runs on T, with the compiler of this system.

    The project's own build code is run, and auditwheel gives the tag. Exit code 1 when something is left; then no wheel
    is kept.
    """
    try:
        from glibcheck.cli.build import run
    except ModuleNotFoundError as error:
        if error.name not in _BUILD_NEEDS:
            raise
        text = f"{error.name} is not installed; run: python -m pip install 'glibcheck[build]'"
        raise ToolError("build", text) from error
    return run(project, options)


_BUILD_NEEDS = ("build",)


root.add_command(survey)
root.add_command(ask)


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
