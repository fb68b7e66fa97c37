"""Without the extras: what needs one says which, in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# An import system in which a package was never installed.
_WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == sys.argv[1]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from glibcheck.cli import main
sys.exit(main(sys.argv[2:]))
"""


def without(package: str, *words: str) -> tuple[int, str, str]:
    command = [sys.executable, "-c", _WITHOUT, package, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("package", ["build", "libcst", "tomlkit"])
def test_fix_names_the_extra_that_it_needs(package: str) -> None:
    message = f"glibcheck: fix: {package} is not installed; run: python -m pip install 'glibcheck[fix]'\n"
    assert without(package, "fix", ".", "--target", "2.28") == (2, "", message)


@pytest.mark.parametrize("package", ["libcst", "tomlkit"])
def test_build_needs_nothing_of_the_extra_for_fix(package: str, tmp_path: Path) -> None:
    code, _, errors = without(package, "build", str(tmp_path), "--target", "2.28")
    assert (code, errors.count("cannot be built")) == (2, 1), errors


@pytest.mark.parametrize("package", ["build", "libcst", "tomlkit", "rich", "isal", "elftools", "click", "auditwheel"])
def test_a_plain_scan_needs_no_package_at_all(package: str) -> None:
    code, _, errors = without(package, "scan", sys.executable)
    assert (code, errors) == (0, "")
