"""The checks of the project, each a session: `nox` runs lint, types and tests; `nox -l` lists the rest."""

import nox

nox.options.sessions = ["lint", "types", "tests"]
nox.options.default_venv_backend = "venv"

PACKAGE = ".[build,fix]"
PROJECT = nox.project.load_toml("pyproject.toml")


def group(*names: str) -> tuple[str, ...]:
    """Give the requirements of dependency groups (PEP 735)."""
    return nox.project.dependency_groups(PROJECT, *names)


@nox.session
def lint(session: nox.Session) -> None:
    """Style: ruff's rules and layout."""
    session.install(*group("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Types: mypy, strict, over package, tests and this file."""
    session.install(PACKAGE, *group("test", "types"))
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """Behaviour: pytest, but for what needs another Debian root or other people's packages."""
    session.install(PACKAGE, *group("test"))
    session.run(
        "pytest",
        "-n",
        "2",
        "--durations=10",
        "-m",
        "not e2e and not download and not survey and not matrix",
        *session.posargs,
    )


@nox.session
def e2e(session: nox.Session) -> None:
    """Proof: built on new systems, run on old ones (roots by debootstrap, 2 GB in the cache; needs root)."""
    session.install(PACKAGE, *group("test"))
    if not session.posargs:  # all of it, so all roots at once; a choice of tests makes what it needs
        session.run("python", "-m", "tests.e2e.prepare")
    session.run("pytest", "-m", "e2e and not matrix", "-n", "2", "--durations=25", *session.posargs)


@nox.session
def corpus(session: nox.Session) -> None:
    """Proof: sdists of other people, built here, on trixie and on sid for 2.17 and 2.28, run on glibc 2.31 to 2.17.

    Rows are kept, so a run that was stopped goes on; `-- --quick` takes 18 packages, `-- --only NAME` one. Writes
    corpus-result.md, .html and .jsonl.
    """
    session.install(PACKAGE, *group("test"))
    files = {"--markdown": "corpus-result.md", "--html": "corpus-result.html", "--json-lines": "corpus-result.jsonl"}
    reports = [word for pair in files.items() for word in pair]
    session.run("python", "-m", "tests.corpus", *reports, *session.posargs)


@nox.session
def peers(session: nox.Session) -> None:
    """Side by side: what else there is to make a wheel for an older system, on 18 packages; writes peers-result.md."""
    session.install(PACKAGE, *group("test"))
    session.run("python", "-m", "tests.peers", "--markdown=peers-result.md", *session.posargs)


@nox.session
def survey(session: nox.Session) -> None:
    """Scale: houses of 250 to 2,000 wheels; then surveys by Dask, one worker killed, and of a bucket of S3."""
    session.install(".[build,fix,survey,dask,fast]", *group("test", "survey"))
    session.run("pytest", "-n", "2", "tests/survey", *session.posargs)
    session.run("python", "-m", "tests.survey.scale")


@nox.session
def oracles(session: nox.Session) -> None:
    """Second opinions: readelf, ld.so, pyelftools on this system's files, wheels and foreign machines; counts."""
    session.install(PACKAGE, *group("test"))
    session.run("pytest", "-m", "oracle or download", *session.posargs)


@nox.session
def catalogue(session: nox.Session) -> None:
    """Gather glibcheck/catalogue/glibc-*.json again, from Debian's packages of all machines (needs apt)."""
    session.install(".", *group("test"))
    session.run("python", "-m", "tests.catalogue.gather", "glibcheck/catalogue")


@nox.session
def fixtures(session: nox.Session) -> None:
    """Fixtures: none is binary, so there is nothing to rebuild; this proves that none has crept in."""
    session.install("pytest>=8")
    session.run("pytest", "-p", "no:cacheprovider", "tests/test_fixtures.py")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Hostile input: 200,000 damaged ELF files, 20,000 archives, 30,000 clues, in 15 minutes; a minute of atheris."""
    session.install(PACKAGE, *group("test", "fuzz"))
    numbers = ["--elf", "200000", "--zip", "20000", "--trace", "30000", "--seconds", "900"]
    session.run("python", "-m", "tests.fuzz", *numbers, *session.posargs)
    session.run("python", "-m", "tests.fuzz.atheris_elf", "-max_total_time=60")


@nox.session
def faults(session: nox.Session) -> None:
    """Faults: every call by which glibcheck writes files, refused or never come back from (needs strace)."""
    session.install(PACKAGE, *group("test"))
    session.run("python", "-m", "tests.trust", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Speed: CPU time beside that of peers, as ratios; writes bench-result.json and .md, and bench-history.jsonl."""
    # Python brings an old pip along, and the console scripts that it makes import `re`, half a start-up.
    session.install("--upgrade", "pip")
    session.install(".[fast]", "setuptools>=77")
    results = ["--json", "bench-result.json", "--markdown", "bench-result.md", "--history", "bench-history.jsonl"]
    session.run("python", "-m", "tests.bench", *results, *session.posargs)
