"""The checks of the project, each a session: `nox` runs lint, types and tests; `nox -l` lists the rest."""

import nox

nox.options.sessions = ["lint", "types", "tests"]
nox.options.default_venv_backend = "venv"

PACKAGE = ".[fix]"
GROUPS = nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "test")


@nox.session
def lint(session: nox.Session) -> None:
    """Style: ruff's rules and layout."""
    session.install("ruff>=0.6")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Types: mypy, strict, over package, tests and this file."""
    session.install(PACKAGE, *GROUPS, "mypy>=1.11", "nox>=2024.4")
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """Behaviour: pytest, but for what needs another Debian root."""
    session.install(PACKAGE, *GROUPS)
    session.run("pytest", "-n", "2", "-m", "not e2e", *session.posargs)
