"""What the reports of programs are read as: newest versions, reasons in one line, tags within the target."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from tests.corpus.plain import complaint, cpu_seconds, newest
from tests.corpus.trial import _is_within, _reason


def done(code: int, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess([], code, "", said)


def test_the_newest_of_each_family_by_number() -> None:
    files = [
        {"versions": ["GLIBC_2.9", "GLIBC_2.14", "GLIBCXX_3.4"]},
        {"versions": ["GLIBC_2.2.5", "GLIBC_PRIVATE", "OMP_1.0"]},
    ]
    assert list(newest(files).items()) == [("GLIBC", "2.14"), ("GLIBCXX", "3.4"), ("OMP", "1.0")]


@pytest.mark.parametrize(
    ("code", "said", "report", "expected"),
    [
        (0, "", {"wheel": "a.whl"}, ""),
        (124, "", {}, "took more than 900 s"),
        (1, "", {"failure": "import failed"}, "import failed"),
        (2, "building\nglibcheck: no compiler\n", {}, "glibcheck: no compiler"),
        (1, "", {}, "exit code 1, and not a word"),
        (0, "", {}, "exit code 0, and not a word"),
    ],
)
def test_a_reason_is_one_line(code: int, said: str, report: dict[str, Any], expected: str) -> None:
    assert _reason(done(code, said), report, [], []) == expected


def test_what_was_lost_comes_before_what_is_left() -> None:
    assert _reason(done(1), {}, ["a.so: GC001 new"], ["a.so: libgomp.so.1 is not linked any more"]) == (
        "lost: a.so: libgomp.so.1 is not linked any more; a.so: GC001 new"
    )


@pytest.mark.parametrize(
    ("tag", "within"),
    [("manylinux_2_17", True), ("manylinux_2_5", True), ("manylinux_2_28", False), ("linux", False), ("no", False)],
)
def test_a_tag_may_promise_more(tag: str, within: bool) -> None:
    assert _is_within(tag, "manylinux_2_17") is within
    assert _is_within(tag, "manylinux_2_28") is tag.startswith("manylinux")


def test_the_times_of_a_shell_and_its_children_are_added(tmp_path: Any) -> None:
    path = tmp_path / "times"
    path.write_text("0m0.10s 0m0.05s\n1m2.00s 0m3.50s\n")
    assert cpu_seconds(str(path)) == 65.7
    assert cpu_seconds(str(tmp_path / "none")) == 0.0


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "x.c:3:10: fatal error: jpeglib.h: No such file or directory\nerror: command '/usr/bin/gcc' failed\n"
            "  ERROR: Failed building wheel for x\nERROR: Failed to build one or more wheels\n",
            "x.c:3:10: fatal error: jpeglib.h: No such file or directory",
        ),
        (
            "  error: subprocess-exited-with-error\n  RuntimeError: CMake >= 3.5 is required\n"
            "  note: This error originates from a subprocess, and is likely not a problem with pip.\n"
            "ERROR: Failed to build one or more wheels\n",
            "RuntimeError: CMake >= 3.5 is required",
        ),
        ("ERROR: Failed to build one or more wheels\n", ""),
    ],
)
def test_why_a_build_failed_is_not_what_pip_always_says(said: str, expected: str) -> None:
    assert complaint(said) == expected
