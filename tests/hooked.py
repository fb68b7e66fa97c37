"""Projects with the hook: the lines that an author would add to pyproject.toml, and nothing else."""

from __future__ import annotations

import os

import tomlkit
import tomlkit.items

_LEGACY = "setuptools.build_meta:__legacy__"  # what a front end takes where no backend is named (PEP 517)


def add_hook(project: str, mode: str, target: str = "manylinux_2_17", **settings: object) -> str:
    """Add glibcheck to a project's requirements and its table; around another backend than setuptools, as `wraps`."""
    path = os.path.join(project, "pyproject.toml")
    document = tomlkit.document()
    if os.path.exists(path):
        with open(path, encoding="utf-8") as stream:
            document = tomlkit.parse(stream.read())
    system = document.setdefault("build-system", tomlkit.table())
    system.setdefault("requires", ["setuptools"]).append("glibcheck")
    table = {"target": target, "mode": mode, **settings}
    backend = system.get("build-backend", _LEGACY)
    if not backend.startswith("setuptools."):
        system["build-backend"] = "glibcheck.backend"
        table["wraps"] = backend
        if "backend-path" in system:
            table["wraps-path"] = system.pop("backend-path")
    tool = document.setdefault("tool", tomlkit.table(is_super_table=True))
    tool["glibcheck"] = table
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(tomlkit.dumps(document))
    return project
