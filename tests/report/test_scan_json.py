"""The report of a scan for programs: every document keeps to the schema that is shipped."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema
import pytest

import glibcheck.report
from glibcheck.model.finding import Failure, ScannedFile
from glibcheck.model.image import ElfImage
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.report.scan_json import SCHEMA, render, render_lines
from tests.report.test_scan_text import FULL, required, scanned


def schema() -> dict[str, Any]:
    folder = os.path.join(os.path.dirname(glibcheck.report.__file__), "schema")
    with open(os.path.join(folder, "scan-1.json"), encoding="utf-8") as stream:
        loaded: dict[str, Any] = json.load(stream)
    return loaded


def document(*files: ScannedFile, errors: tuple[Failure, ...] = ()) -> Any:
    text = "".join(render([*files, *errors]))
    assert text.isascii()
    assert text.endswith("}\n")
    loaded = json.loads(text)
    jsonschema.validate(loaded, schema(), jsonschema.Draft202012Validator)
    return loaded


LIBRARY = ScannedFile(
    "lib/libthing.so",
    ElfImage(
        machine="aarch64",
        elf_class=64,
        soname=Soname("libthing.so.1"),
        needed=(Soname("libm.so.6"), Soname("libc.so.6")),
        rpath="/old",
        runpath="$ORIGIN",
        interp="/lib/ld-linux-aarch64.so.1",
        verdef=(),
        requirements=(
            required("libc.so.6", "GLIBC_2.17", "read", "write"),
            required("libc.so.6", "GLIBC_2.36", "arc4random", weak=True),
            required("libc.so.6", "GLIBC_ABI_DT_RELR"),
        ),
        unversioned=(SymbolName("PyList_New"),),
    ),
)


def test_the_schema_is_a_schema_and_names_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$id"] == schema()["properties"]["schema"]["const"] == SCHEMA == "glibcheck.scan/1"


def test_every_fact_of_a_file_is_in_the_document() -> None:
    assert document(LIBRARY, errors=(Failure("gone.so", "cannot be opened: No such file or directory"),)) == {
        "schema": "glibcheck.scan/1",
        "files": [
            {
                "path": "lib/libthing.so",
                "machine": "aarch64",
                "elf_class": 64,
                "soname": "libthing.so.1",
                "needed": ["libm.so.6", "libc.so.6"],
                "rpath": "/old",
                "runpath": "$ORIGIN",
                "interp": "/lib/ld-linux-aarch64.so.1",
                "newest": {"GLIBC": "2.17"},
                "requirements": [
                    {"library": "libc.so.6", "version": "GLIBC_2.17", "weak": False, "symbols": ["read", "write"]},
                    {"library": "libc.so.6", "version": "GLIBC_2.36", "weak": True, "symbols": ["arc4random"]},
                    {"library": "libc.so.6", "version": "GLIBC_ABI_DT_RELR", "weak": False, "symbols": []},
                ],
                "unversioned": ["PyList_New"],
                "weak_symbols": [],
                "defined": [],
                "libc": None,
                "python": None,
                "executable_stack": None,
                "text_relocations": False,
                "relr": False,
                "isa_level": None,
                "build_id": None,
            }
        ],
        "errors": [{"path": "gone.so", "message": "cannot be opened: No such file or directory"}],
    }


def test_newest_has_each_family_by_its_newest_number() -> None:
    assert document(FULL)["files"][0]["newest"] == {
        "CXXABI": "1.3",
        "GCC": "3.0",
        "GLIBC": "2.34",
        "GLIBCXX": "3.4.30",
    }


@pytest.mark.parametrize(
    ("files", "errors"),
    [
        pytest.param((), (), id="nothing"),
        pytest.param((), (Failure("gone", "why"),), id="failures-alone"),
        pytest.param((scanned("a.so"),), (), id="file-that-needs-nothing"),
        pytest.param((FULL, LIBRARY, scanned("c.so")), (Failure("gone", "why"),), id="all-together"),
    ],
)
def test_every_scan_keeps_to_the_schema_in_the_order_given(
    files: tuple[ScannedFile, ...], errors: tuple[Failure, ...]
) -> None:
    found = document(*files, errors=errors)
    assert [file["path"] for file in found["files"]] == [file.path for file in files]
    assert [error["path"] for error in found["errors"]] == [error.path for error in errors]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a\nb\x1b[31m\x00", id="control-characters"),
        pytest.param("\u202eabc\u200f", id="right-to-left"),
        pytest.param("größe", id="letters"),
        pytest.param("lib\udcff\udc80", id="bytes-that-are-not-utf-8"),
        pytest.param('"\\', id="quote-and-backslash"),
    ],
)
def test_names_are_ascii_in_the_document_and_whole_when_it_is_read(name: str) -> None:
    file = scanned(name, required(name, name, name), unversioned=(name,))
    image = file.image._replace(soname=Soname(name), needed=(Soname(name),), rpath=name, runpath=name, interp=name)
    found = document(ScannedFile(name, image), errors=(Failure(name, "why"),))
    assert found["errors"] == [{"path": name, "message": "why"}]
    [read] = found["files"]
    assert [read[key] for key in ("path", "soname", "rpath", "runpath", "interp")] == [name] * 5
    assert (read["needed"], read["unversioned"]) == ([name], [name])
    assert read["requirements"] == [{"library": name, "version": name, "weak": False, "symbols": [name]}]


def test_a_number_of_the_schema_is_what_newest_gives() -> None:
    needs = [required("lib.so", VersionName(name), "s") for name in ("OPENSSL_1_1_0", "LIBSYSTEMD_209", "SHADOW_2.02")]
    assert document(scanned("a.so", *needs))["files"][0]["newest"] == {
        "LIBSYSTEMD": "209",
        "OPENSSL": "1.1.0",
        "SHADOW": "2.2",
    }


def test_a_line_for_each_result_keeps_to_its_schema() -> None:
    lines = list(render_lines([FULL, Failure("gone", "why"), LIBRARY]))
    with open(os.path.join(os.path.dirname(glibcheck.report.__file__), "schema", "scan-line-1.json")) as stream:
        schema = json.load(stream)
    for line in lines:
        assert line.endswith("\n")
        jsonschema.validate(json.loads(line), schema, jsonschema.Draft202012Validator)
    assert ["error" in json.loads(line) for line in lines] == [False, True, False]
    assert json.loads(lines[0])["file"] == document(FULL)["files"][0]
