"""The closures of a wheel: bundled libraries where they will be, and what no rpath leads to."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from glibcheck.errors import InputError
from glibcheck.model.closure import Closure
from glibcheck.workspace import installed
from glibcheck.workspace.installed import load_wheel_closures
from tests.cli.run import run
from tests.elf.build import File, Symbol, build
from tests.elf.compiled import compiled, library
from tests.elf.test_image import need
from tests.report.test_trace_json import schema

EXTENSION = File(needed=("liba.so",), runpath="$ORIGIN/../pkg.libs")
BUNDLED = File(
    soname="liba.so",
    needed=("libb.so",),
    runpath="$ORIGIN",
    verneed=(need("libgone.so.1", ("GLIBC_2.34", 2)),),
    symbols=(Symbol("dlsym", 2),),
)
LAST = File(soname="libb.so")
MEMBERS = {
    "pkg/_x.so": build(EXTENSION).data,
    "pkg/_y.so": build(EXTENSION).data,
    "pkg.libs/liba.so": build(BUNDLED).data,
    "pkg.libs/libb.so": build(LAST).data,
    "pkg/__init__.py": b"",
    "pkg-1.0.dist-info/RECORD": b"",
}


def wheel(folder: Path, members: dict[str, bytes]) -> str:
    path = folder / "pkg-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return str(path)


def closures(folder: Path, members: dict[str, bytes]) -> dict[str, Closure]:
    path = wheel(folder, members)
    found = load_wheel_closures(path, "")
    return {(closure.libraries[0].path or "").removeprefix(f"{path}:"): closure for closure in found}


def test_each_root_has_a_closure_and_its_libraries_are_where_they_will_be(tmp_path: Path) -> None:
    found = closures(tmp_path, MEMBERS)
    assert list(found) == ["pkg/_x.so", "pkg/_y.so"]
    for closure in found.values():
        assert [(row.path, row.found_by) for row in closure.libraries[1:]] == [
            ("site-packages/pkg.libs/liba.so", f"runpath $ORIGIN/../pkg.libs of {closure.libraries[0].name}"),
            ("site-packages/pkg.libs/libb.so", "runpath $ORIGIN of liba.so"),
        ]


def test_a_library_of_the_wheel_that_no_rpath_leads_to_is_not_found_and_told(tmp_path: Path) -> None:
    members = {**MEMBERS, "pkg/_x.so": build(File(needed=("liba.so",), runpath="$ORIGIN")).data}
    (_, row) = closures(tmp_path, members)["pkg/_x.so"].libraries
    assert (row.path, row.found_by) == (None, "not found")
    assert row.tried[0] == "site-packages/pkg"
    assert row.problem == "it is in the wheel at site-packages/pkg.libs/liba.so, but no rpath leads there"


def test_a_library_that_nobody_finds_is_a_root_itself(tmp_path: Path) -> None:
    members = {**MEMBERS, "pkg.libs/liba.so": build(replace(BUNDLED, runpath="$ORIGIN/x")).data}
    assert list(closures(tmp_path, members)) == ["pkg.libs/libb.so", "pkg/_x.so", "pkg/_y.so"]


def test_a_ring_has_one_root(tmp_path: Path) -> None:
    ring = {
        "a.so": build(File(soname="a.so", needed=("b.so",), runpath="$ORIGIN")).data,
        "b.so": build(File(soname="b.so", needed=("a.so",), runpath="$ORIGIN")).data,
    }
    assert list(closures(tmp_path, ring)) == ["a.so"]


def test_damaged_members_are_told_where_they_are_needed_and_where_nobody_needs_them(tmp_path: Path) -> None:
    members = {**MEMBERS, "pkg.libs/liba.so": b"GROUP ( libb.so )", "pkg/bad.so": MEMBERS["pkg/_x.so"][:300]}
    found = closures(tmp_path, members)
    assert list(found) == ["pkg.libs/libb.so", "pkg/_x.so", "pkg/_y.so", "pkg/bad.so"]
    assert found["pkg/_x.so"].libraries[1].problem == "is damaged: not an ELF file"
    (alone,) = found["pkg/bad.so"].libraries
    assert alone.linkage is None
    assert "cut short" in (alone.problem or "")


def test_the_command_traces_a_wheel_as_text(tmp_path: Path) -> None:
    path = wheel(tmp_path, MEMBERS)
    done = run(tmp_path, "trace", Path(path).name, "dlsym")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "\n".join(
        f"{Path(path).name}:pkg/{name}\nGLIBC_2.34 of libgone.so.1\n  {name} -> liba.so\n      dlsym\n"
        for name in ("_x.so", "_y.so")
    )


def test_the_command_traces_a_wheel_as_json(tmp_path: Path) -> None:
    done = run(tmp_path, "trace", "--format", "json", Path(wheel(tmp_path, MEMBERS)).name)
    documents = json.loads(done.stdout)["files"]
    for document in documents:
        jsonschema.validate(document, schema(), jsonschema.Draft202012Validator)
    assert [document["path"].partition(":")[2] for document in documents] == ["pkg/_x.so", "pkg/_y.so"]


def test_what_no_rpath_leads_to_is_a_finding(tmp_path: Path) -> None:
    members = {**MEMBERS, "pkg/_x.so": build(File(needed=("liba.so",))).data}
    done = run(tmp_path, "trace", Path(wheel(tmp_path, members)).name)
    assert done.returncode == 1
    assert "liba.so was not found (it is in the wheel at site-packages/pkg.libs/liba.so, but no rpath" in done.stderr


def test_another_archive_is_refused_in_one_line(tmp_path: Path) -> None:
    Path(wheel(tmp_path, MEMBERS)).rename(tmp_path / "pkg.zip")
    done = run(tmp_path, "trace", "pkg.zip")
    assert (done.returncode, done.stderr) == (
        2, "glibcheck: pkg.zip: of archives, only a wheel (.whl) can be traced; unpack it and name a file of it\n",
    )  # fmt: skip


def test_a_wheel_of_no_programs_has_nothing_to_trace(tmp_path: Path) -> None:
    done = run(tmp_path, "trace", "--format", "json", Path(wheel(tmp_path, {"pkg/__init__.py": b""})).name)
    assert (done.returncode, json.loads(done.stdout)["files"]) == (0, [])


@pytest.mark.parametrize("limit", ["_MOST_PATHS", "_MOST_LOOKUPS"])
def test_a_wheel_of_too_much_work_is_refused(limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, limit, 1)
    library(tmp_path / "_x.so", "int a, b; int *far[] = {&a, &b}; int call(void); int own(void) { return call(); }")
    members = {**MEMBERS, "pkg/_z.so": (tmp_path / "_x.so").read_bytes()}
    with pytest.raises(InputError, match=r"over 1 .*; unpack it and name one"):
        load_wheel_closures(wheel(tmp_path, members), "")


def test_a_library_of_the_wheel_may_need_a_default_directory(tmp_path: Path) -> None:
    compiled(tmp_path / "_x.so", "#include <math.h>\ndouble f(double x) { return sin(x); }", "-shared", "-fPIC", "-lm")
    found = closures(tmp_path, {**MEMBERS, "pkg/_x.so": (tmp_path / "_x.so").read_bytes()})["pkg/_x.so"]
    assert all(row.of_system for row in found.libraries[1:])
    assert "sin" in next(row.symbols for row in found.bindings if row.provider == "libm.so.6")
