"""The table of distributions, for people and for programs."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema

import glibcheck.report
from glibcheck.catalogue.distributions import FAMILIES
from glibcheck.report import distros_json, distros_text
from glibcheck.report.ink import Ink

SOME = {
    "Debian": (("12", (2, 36), (3, 4, 30), (1, 3, 13)), ("testing", (2, 43), (3, 4, 36), (1, 3, 17))),
    "RHEL": (("6", (2, 12), (3, 4, 13), (1, 3, 3)),),
}
TEXT = """\
release         GLIBC  GLIBCXX  CXXABI
Debian 12       2.36   3.4.30   1.3.13
Debian testing  2.43   3.4.36   1.3.17

RHEL 6          2.12   3.4.13   1.3.3
"""


def test_a_release_is_a_line_and_a_family_a_block() -> None:
    assert distros_text.render(SOME, Ink()) == TEXT


def test_colour_marks_the_title() -> None:
    title, rest = TEXT.split("\n", 1)
    assert distros_text.render(SOME, Ink(colour=True)) == f"\x1b[1m{title}\x1b[0m\n{rest}"


def test_all_releases_are_in_the_table() -> None:
    lines = distros_text.render(FAMILIES, Ink()).splitlines()
    assert len([line for line in lines if line]) == 1 + sum(map(len, FAMILIES.values()))


def schema() -> dict[str, Any]:
    path = os.path.join(os.path.dirname(glibcheck.report.__file__), "schema", "distros-1.json")
    with open(path, encoding="utf-8") as stream:
        loaded: dict[str, Any] = json.load(stream)
    return loaded


def test_the_schema_is_a_schema_and_names_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$id"] == schema()["properties"]["schema"]["const"] == distros_json.SCHEMA


def test_the_document_keeps_to_the_schema_and_has_every_release() -> None:
    text = distros_json.render(FAMILIES)
    jsonschema.validate(json.loads(text), schema(), jsonschema.Draft202012Validator)
    assert text.isascii()
    assert len(json.loads(text)["releases"]) == sum(map(len, FAMILIES.values()))


def test_a_release_in_the_document() -> None:
    assert json.loads(distros_json.render(SOME)) == {
        "schema": "glibcheck.distros/1",
        "machines": ["x86_64", "aarch64"],
        "releases": [
            {
                "distribution": "Debian",
                "release": "12",
                "newest": {"GLIBC": "2.36", "GLIBCXX": "3.4.30", "CXXABI": "1.3.13"},
            },
            {
                "distribution": "Debian",
                "release": "testing",
                "newest": {"GLIBC": "2.43", "GLIBCXX": "3.4.36", "CXXABI": "1.3.17"},
            },
            {
                "distribution": "RHEL",
                "release": "6",
                "newest": {"GLIBC": "2.12", "GLIBCXX": "3.4.13", "CXXABI": "1.3.3"},
            },
        ],
    }
