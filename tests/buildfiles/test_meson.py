"""What is read of meson.build files: words, and targets as Meson's own introspection names them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glibcheck.buildfiles import meson
from glibcheck.buildfiles.meson.tokens import spell, tokens, value
from glibcheck.errors import RewriteError
from glibcheck.model.plan import Declaration
from tests.projects import SAMPLES, copy_of
from tests.tools import need, output

WORDS = ["x", " ", "\t", "\n", "\r\n", "\r", "\\\n", "# c\n", "'s'", "f'@x@'", "'''m\n'''", "(", ")", "[", "]", ",",
         "+=", "==", "=", ":", "?", ".", "1", "if", "endif", "not", "in", "é", "'", '"', "\\"]  # fmt: skip


def texts_of(project: str) -> dict[str, str]:
    found = {}
    for folder, _, names in os.walk(project):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), project)
            if meson.reads(path):
                with open(os.path.join(project, path), encoding="utf-8", newline="") as stream:
                    found[path] = stream.read()
    return found


@given(st.lists(st.sampled_from(WORDS)).map("".join))
def test_tokens_joined_are_the_text(text: str) -> None:
    try:
        found = list(tokens("meson.build", text))
    except RewriteError:
        return
    assert "".join(token.text for token in found) == text


@given(st.lists(st.sampled_from(WORDS)).map("".join))
def test_any_text_is_read_or_said_to_be_unreadable(text: str) -> None:
    meson.declarations({"meson.build": text})


@given(st.text(alphabet="a'\\ é"))
def test_a_string_is_spelled_so_that_it_is_read_back(text: str) -> None:
    assert value(spell(text)) == text


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("meson.build", True),
        ("src/meson.build", True),
        ("subprojects/core.wrap", True),
        ("core.wrap", False),
        ("meson.options", False),
        ("src/my-meson.build", False),
    ],
)
def test_files_are_known_by_their_names(path: str, read: bool) -> None:
    assert meson.reads(path) is read


def test_declarations_of_the_sample() -> None:
    found = meson.declarations(texts_of(os.path.join(SAMPLES, "meson-spartan")))
    assert found.unread == ()
    extension, helper = found.rows
    assert helper == Declaration("src/spartan", "src/meson.build", 2, ("src/spartan.cpp",), (), (), (), "library")
    assert extension == Declaration(
        "spartan/_spartan", "spartan/meson.build", 3, ("spartan/module.c",), (), (), (), "extension", ("src/spartan",)
    )


@pytest.mark.parametrize(
    ("call", "form"),
    [
        ("py.extension_module('a', 'a.c')", "extension"),
        ("import('python').find_installation().extension_module('a', 'a.c')", "extension"),
        ("shared_module('a', 'a.c')", "extension"),
        ("shared_library('a', 'a.c')", "library"),
        ("library('a', 'a.c')", "library"),
        ("both_libraries('a', 'a.c')", "library"),
        ("static_library('a', 'a.c')", "archive"),
        ("executable('a', 'a.c')", "program"),
        ("build_target('a', 'a.c', target_type: 'executable')", "program"),
    ],
)
def test_form_of_a_target(call: str, form: str) -> None:
    assert [row.form for row in meson.declarations({"meson.build": call}).rows] == [form]


@pytest.mark.parametrize(
    "user",
    [
        "link_with: b",
        "link_with: [b]",
        "link_whole: b",
        "objects: b.extract_all_objects(recursive: true)",
        "dependencies: declare_dependency(link_with: b)",
        "dependencies: get_variable('d')",
        "dependencies: e.partial_dependency(links: true)",
        "dependencies: dependency('b-1')",
        "dependencies: subproject('p').get_variable('inner')",
    ],
)
def test_links_are_followed_through_files_and_dependencies(user: str) -> None:
    texts = {
        "meson.build": f"subdir('b')\nlibrary('a', 'a.c', {user})\n",
        "b/meson.build": "b = library('b', 'b.c')\nd = declare_dependency(link_with: b)\n"
        "e = declare_dependency(dependencies: d)\nmeson.override_dependency('b-1', e)\n",
        "subprojects/p/meson.build": "project('p')\nb = library('p', 'p.c')\n"
        "inner = declare_dependency(link_with: b)\n",
    }
    (a,) = (row for row in meson.declarations(texts).rows if row.name == "a")
    assert a.links == (("subprojects/p/p",) if "subproject" in user else ("b/b",))


def test_libraries_come_from_find_library_and_link_flags() -> None:
    text = (
        "m = cc.find_library('m')\nlibrary('a', 'a.c', dependencies: [m, dependency('x')], link_args: ['-ldl', '-s'])"
    )
    assert meson.declarations({"meson.build": text}).rows[0].libraries == ("m", "dl")


def test_what_cannot_be_told_is_none_and_a_computed_name_is_said() -> None:
    text = "library('a', gen(), c_args: x)\nlibrary('@0@'.format(y), 'b.c')"
    found = meson.declarations({"meson.build": text})
    (row,) = found.rows
    assert (row.sources, row.extra_compile_args) == (None, None)
    assert [line.partition(": ")[0] for line in found.unread] == ["meson.build:2"]


@pytest.mark.build
@pytest.mark.parametrize("name", ["meson-spartan", "meson-calls"])
def test_targets_are_named_as_meson_names_them(name: str, tmp_path: Path) -> None:
    need("meson", "ninja")
    project = os.path.realpath(copy_of(name, str(tmp_path)))
    subprocess.run(["meson", "setup", "build"], cwd=project, check=True, capture_output=True)
    told = json.loads(output("meson", "introspect", "--targets", os.path.join(project, "build")))
    # Meson names an extension with the suffix that only the running Python knows: calls.cpython-311-x86_64-linux-gnu.
    names = [row["name"].partition(".cpython-")[0] for row in told]
    folders = zip((os.path.dirname(os.path.relpath(row["defined_in"], project)) for row in told), names, strict=True)
    expected = sorted(os.path.join(folder, target) for folder, target in folders)
    assert sorted(row.name for row in meson.declarations(texts_of(project)).rows) == expected
