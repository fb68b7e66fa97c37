"""The house: imports point downwards, and each outside library and each side effect has its room.

The floors are those of the README's map. A module may import from its own floor, as long as no circle comes of it.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PACKAGE = os.path.join(ROOT, "glibcheck")

FLOORS = {
    "model": 0,
    "errors": 0,
    "elf": 1,
    "archives": 1,
    "linkmap": 1,
    "loader": 1,
    "installation": 1,
    "catalogue": 1,
    "targets": 1,
    "wheel": 1,
    "demangle": 1,
    "needs": 2,
    "trace": 2,
    "placing": 2,
    "standing": 2,
    "sites": 2,
    "sourcelines": 2,
    "symver": 2,
    "offences": 2,
    "rules": 2,
    "check": 2,
    "settings": 2,
    "waivers": 2,
    "baseline": 2,
    "provenance": 2,
    "compare": 2,
    "lowering": 2,
    "explain": 2,
    "meanings": 2,
    "report": 2,
    "fixes": 3,
    "buildfiles": 3,
    "plan": 3,
    "sysroot": 3,
    "workspace": 4,
    "toolchain": 4,
    "sysrootmaker": 4,
    "sysroots": 4,
    "debuginfod": 4,
    "git": 4,
    "builds": 4,
    "fixing": 4,
    "fixer": 4,
    "wheelmaker": 4,
    "linkwatch": 4,
    "survey": 4,
    "hook": 5,
    "backend": 5,
    "cli": 5,
    "__main__": 5,
}

# Where an outside library may be known.
ROOMS = {
    "elftools": ("elf",),
    "click": ("cli",),
    "rich": ("cli",),
    "libcst": ("buildfiles",),
    "demangle": ("demangle",),
    "build": ("builds",),
    "subprocess": ("builds", "debuginfod", "git", "toolchain"),
    "tempfile": ("builds", "linkwatch", "toolchain", "wheelmaker", "workspace"),
    "shutil": ("debuginfod", "linkwatch", "toolchain", "workspace"),
    "mmap": ("workspace",),
    "auditwheel": (),  # its policy file is read as data
    "setuptools": ("hook",),
    "pyarrow": ("survey",),
    "duckdb": ("survey",),
    "fsspec": ("survey",),
    "distributed": ("survey",),
}


def modules() -> dict[str, ast.Module]:
    found = {}
    for folder, _, names in sorted(os.walk(PACKAGE)):
        for name in sorted(names):
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as stream:
                    dotted = os.path.relpath(path, ROOT).removesuffix(".py").replace(os.sep, ".")
                    found[dotted.removesuffix(".__init__")] = ast.parse(stream.read(), path)
    return found


MODULES = modules()


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, "imports are written out in full"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def test_every_module_has_a_floor() -> None:
    assert {room(name) for name in MODULES} - {"glibcheck"} == set(FLOORS)


@pytest.mark.parametrize("module", sorted(name for name in MODULES if "." in name))
def test_imports_point_downwards(module: str) -> None:
    upward = [
        name
        for name in imports(MODULES[module])
        if name.startswith("glibcheck.") and FLOORS[room(name)] > FLOORS[room(module)]
    ]
    assert upward == []


def test_imports_make_no_circle() -> None:
    graph = {name: {found for found in imports(tree) if found in MODULES} for name, tree in MODULES.items()}
    finished: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name not in finished:
            for needed in sorted(graph[name] - {name}):
                visit(needed, (*above, name))
            finished.add(name)

    for name in sorted(graph):
        visit(name, ())
    assert finished == set(MODULES)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_outside_libraries_stay_in_their_rooms(module: str) -> None:
    strangers = [
        name
        for name in imports(MODULES[module])
        if name.split(".")[0] in ROOMS and room(module) not in ROOMS[name.split(".")[0]]
    ]
    assert strangers == []


def calls(tree: ast.AST) -> set[str]:
    named = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {ast.unparse(function) for function in named}


@pytest.mark.parametrize("module", sorted(name for name in MODULES if "." in name and FLOORS[room(name)] < 4))
def test_lower_floors_touch_neither_files_nor_streams(module: str) -> None:
    assert calls(MODULES[module]) & {"open", "os.open", "print", "sys.stdout.write", "sys.stderr.write"} == set()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_says_why_it_exists(module: str) -> None:
    assert len(ast.get_docstring(MODULES[module]) or "") > 40
