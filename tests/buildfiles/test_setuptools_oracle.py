"""What setuptools is given by a rewritten setup.py, asked of setuptools: the script is run, and nothing is built."""

import importlib
from typing import Any

import pytest

from glibcheck.buildfiles import setuptools
from tests.buildfiles.setuptools_cases import WHOLE_FILES

oracle: Any = importlib.import_module("setuptools")  # its older releases ship no types

# Whole files that need nothing but setuptools, and what each extension has more, or less, than before.
SCRIPTS: dict[str, dict[str, list[str]]] = {
    "flags-of-each-platform-are-unpacked": {
        "sources": ["compat.c"],
        "extra_compile_args": ["-include", "compat.h"],
        "extra_link_args": ["-static-libstdc++", "-Wl,--exclude-libs,ALL"],
        "depends": ["compat.h"],
    },
    "options-in-a-dictionary": {
        "sources": ["compat.c"],
        "extra_compile_args": ["-include", "compat.h"],
        "extra_link_args": ["-static-libstdc++", "-Wl,--exclude-libs,ALL"],
        "depends": ["compat.h"],
    },
    "one-call-for-several-extensions-that-change-alike": {"extra_link_args": ["-s"]},
}
LISTS = (
    "sources", "include_dirs", "define_macros", "libraries", "extra_objects",
    "extra_compile_args", "extra_link_args", "depends",
)  # fmt: skip


@pytest.mark.parametrize(("case", "added"), SCRIPTS.items(), ids=SCRIPTS.keys())
def test_setuptools_is_given_what_was_asked_for(
    case: str, added: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    text, changes, _ = WHOLE_FILES[case]
    before = given(text, monkeypatch)
    after = given(setuptools.rewrite("setup.py", text, changes), monkeypatch)
    changed = {change.extension for change in changes}
    for name, lists in before.items():
        more = added if name in changed else {}
        # In a dictionary the new items stand before what is added to it later, so order is not asked.
        expected = {key: sorted(map(str, [*lists[key], *more.get(key, [])])) for key in LISTS}
        assert {key: sorted(map(str, after[name][key])) for key in LISTS} == expected
    assert after.keys() == before.keys()


def given(text: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, list[Any]]]:
    """Run a script and tell the lists of each extension that it gives to setup()."""
    found: list[Any] = []
    monkeypatch.setattr(oracle, "setup", lambda **arguments: found.extend(arguments["ext_modules"]))
    monkeypatch.setattr("sys.argv", ["setup.py", "build"])
    monkeypatch.delenv("NEAREST_FLAGS", raising=False)
    exec(compile(text, "setup.py", "exec"), {"__name__": "__main__"})  # noqa: S102  # a script of our own
    return {extension.name: {key: list(getattr(extension, key)) for key in LISTS} for extension in found}
