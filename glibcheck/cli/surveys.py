"""The commands `survey` and `ask`, as click declares them."""

from __future__ import annotations

import click

from glibcheck.cli import pages
from glibcheck.cli.completion import targets


@click.command(short_help="Gather what a house of wheels needs, as one table.", epilog=pages.SURVEY)
@click.argument("places", nargs=-1, required=True, metavar="PLACE...")
@click.option("-o", "output", required=True, metavar="FILE", help="The table: FILE.parquet or FILE.jsonl.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes; by default one for each core.")
@click.option("--dask", metavar="ADDRESS", help="Have the workers of this Dask scheduler do it (tcp://HOST:8786).")
def survey(places: tuple[str, ...], output: str, jobs: int | None, dask: str | None) -> int:
    """Write what every file of every wheel needs to FILE, whole or not at all, for `glibcheck ask`.

    A PLACE is a wheel, a folder (searched), or an address that fsspec can read, such as s3://bucket/folder. Wheels that
    cannot be read in full are told, and have a row that says so.
    """
    if jobs is not None and dask is not None:
        raise click.UsageError("--jobs and --dask: one does the work")
    from glibcheck.cli.survey import survey as run

    return run(places, output, jobs, dask)


@click.command(short_help="Put a question to a survey.", epilog=pages.ASK)
@click.argument("table", metavar="FILE")
@click.argument("question", type=click.Choice(["by-symbol", "by-package", "breaks-at"]))
@click.argument("target", required=False, metavar="[T]", shell_complete=targets)
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", help="Report as.")
@click.option("--most", type=click.IntRange(1), metavar="N", help="Rows to show; all by default.")
def ask(table: str, question: str, target: str | None, form: str, most: int | None) -> int:
    """Answer from FILE, which `glibcheck survey` wrote.

    With a target T, only what T lacks counts; breaks-at needs one.
    """
    from glibcheck.cli.survey import ask as run

    return run(table, question, target, form, most)
