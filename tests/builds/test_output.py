"""The one line of a failed build's output that says what went wrong, in the forms of all tools that builds run."""

from __future__ import annotations

import pytest

from glibcheck.builds.output import telling_line

OUTPUTS = {
    "first-error-of-a-compiler": (
        "running build_ext\na.c: In function 'f':\na.c:3:5: warning: odd\na.c:4:1: error: expected ';'\n"
        "a.c:9:9: error: more\nerror: command 'gcc' failed with exit code 1\n",
        "a.c:4:1: error: expected ';'",
    ),
    "header-that-is-not-there": (
        "gcc -c x.c\n<command-line>: fatal error: x.h: No such file or directory\ncompilation terminated.\n",
        "<command-line>: fatal error: x.h: No such file or directory",
    ),
    "option-that-is-not-known": (
        "gcc: error: unrecognized command-line option '-fno-such'\nerror: command 'gcc' failed\n",
        "gcc: error: unrecognized command-line option '-fno-such'",
    ),
    "library-that-is-not-there": (
        "/usr/bin/ld: cannot find -lno: No such file or directory\ncollect2: error: ld returned 1 exit status\n",
        "/usr/bin/ld: cannot find -lno: No such file or directory",
    ),
    "undefined-reference": (
        "/usr/bin/ld: /tmp/a.o: in function `f':\na.c:(.text+0x5): undefined reference to `g'\n"
        "collect2: error: ld returned 1 exit status\n",
        "a.c:(.text+0x5): undefined reference to `g'",
    ),
    "relocation": (
        "/usr/bin/ld: warning: odd\n/usr/bin/ld: a.o: relocation R_X86_64_32 can not be used\n"
        "collect2: error: ld returned 1 exit status\n",
        "/usr/bin/ld: a.o: relocation R_X86_64_32 can not be used",
    ),
    "libtool": (
        "Usage: libtool [OPTION]...\nlibtool:   error: 'part.la' must begin with 'lib'\nmake: *** [part.la] Error 1\n",
        "libtool:   error: 'part.la' must begin with 'lib'",
    ),
    "exception": (
        "Traceback (most recent call last):\n  File \"setup.py\", line 1, in <module>\nRuntimeError: no\nluck\n",
        "RuntimeError: no",
    ),
    "last-of-several-exceptions": (
        "KeyError: 'x'\n\nDuring handling of the above exception, another occurred:\n\npkg.errors.BadError: worse\n",
        "pkg.errors.BadError: worse",
    ),
    "last-line-of-a-program-that-says-it-in-its-own-way": (
        "Collecting x\nERROR: No matching distribution found for x\n\n",
        "ERROR: No matching distribution found for x",
    ),
    "nothing": ("", ""),
    "blank-lines": ("\n  \n", ""),
}  # fmt: skip


@pytest.mark.parametrize(("output", "expected"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_the_line_that_says_what_went_wrong(output: str, expected: str) -> None:
    assert telling_line(output) == expected
