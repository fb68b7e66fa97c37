"""Autoconf, automake, libtool and the compiler themselves say what our rewritten makefiles are worth."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from glibcheck.buildfiles import automake
from glibcheck.model.plan import (
    AddCompileFlags,
    AddIncludeDirs,
    AddLinkFlags,
    AddSources,
    Change,
    DropLibrary,
    ForceInclude,
    LinkArchive,
    MakeStatic,
    PrivateRuntime,
)
from tests.e2e.native import autotools, extension, needed
from tests.projects import SAMPLES, copy_of
from tests.tools import need, output

pytestmark = pytest.mark.build

X, H = "python/_spartan_wrap.la", "src/libspartan.la"
CHAIN: Sequence[Change] = (MakeStatic(H), LinkArchive(X, H, ()), PrivateRuntime(X))
SYMVER = '__asm__(".symver pow,pow@GLIBC_2.2.5");\n'
ALL: Sequence[Change] = (
    *CHAIN,
    ForceInclude(H, "glibcheck_symver.h"),
    ForceInclude(X, "glibcheck_symver.h"),
    AddSources(X, ("python/added.c", "compat/elsewhere.c")),
    AddIncludeDirs(X, ("compat",)),
    AddCompileFlags(X, ("-DADDED=3", "-fopenmp")),
    AddLinkFlags(X, ("-Wl,-z,now",)),
)
ADDED: Mapping[str, str] = {
    "glibcheck_symver.h": SYMVER,
    "python/added.c": (
        '#include "elsewhere.h"\n'
        "int added(void) { int n = ADDED;\n#pragma omp parallel\n    n += elsewhere();\n    return n; }\n"
    ),
    "compat/elsewhere.c": "int elsewhere(void) { return 0; }\n",
    "compat/elsewhere.h": "int elsewhere(void);\n",
}


def texts_of(project: str) -> dict[str, str]:
    paths = [path.relative_to(project).as_posix() for path in Path(project).rglob("*") if automake.reads(path.name)]
    return {path: Path(project, path).read_bytes().decode() for path in paths}


def fixed(folder: Path, changes: Sequence[Change]) -> str:
    """Give a rewritten copy of the sample, with the new files that its changes name."""
    need("autoreconf", "automake", "libtoolize", "make", "g++", "readelf", "nm")
    project = copy_of("autotools-spartan", str(folder))
    for path, text in automake.rewrite(texts_of(project), changes).items():
        Path(project, path).write_bytes(text.encode())
    for path, text in ADDED.items() if changes is ALL else ():
        Path(project, path).parent.mkdir(exist_ok=True)
        Path(project, path).write_text(text)
    return project


def smoke(out: str) -> subprocess.CompletedProcess[str]:
    """Run the sample's own test on what was installed."""
    module = extension(out, "_spartan_wrap")
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(module)}
    script = os.path.join(SAMPLES, "autotools-spartan", "smoke.py")
    return subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, env=environment)


def exported(path: str) -> list[str]:
    return [line.split()[-1] for line in output("nm", "-D", "--defined-only", path).splitlines()]


def versions(path: str, family: str) -> set[str]:
    return set(re.findall(rf"Name: {family}_([\d.]+)", output("readelf", "-VW", path)))


def newest(path: str, family: str) -> tuple[int, ...]:
    return max(tuple(map(int, version.split("."))) for version in versions(path, family))


def test_the_sample_leans_on_its_helper_and_both_need_too_much(tmp_path: Path) -> None:
    out = autotools(fixed(tmp_path, ()), str(tmp_path / "out"))
    module = extension(out, "_spartan_wrap")
    (helper,) = (path for path in Path(out).rglob("libspartan.so.*") if not path.is_symlink())
    assert {"libspartan.so.1", "libstdc++.so.6"} <= set(needed(module))
    for path in (module, str(helper)):
        assert newest(path, "GLIBC") > (2, 17)
        assert newest(path, "GLIBCXX") > (3, 4, 19)


@pytest.mark.parametrize("compilers", [("gcc", "g++"), ("clang", "clang++")], ids=["gcc", "clang"])
def test_the_chain_is_gone_and_exceptions_are_still_caught(compilers: tuple[str, str], tmp_path: Path) -> None:
    need(*compilers)
    project = fixed(tmp_path, CHAIN)
    out = autotools(project, str(tmp_path / "out"), [f"CC={compilers[0]}", f"CXX={compilers[1]}"])
    assert not list(Path(out).rglob("libspartan*"))
    module = extension(out, "_spartan_wrap")
    libraries = needed(module)
    assert "libgcc_s.so.1" in libraries
    assert not [name for name in libraries if name.startswith(("libspartan", "libstdc++"))]
    assert exported(module) == ["PyInit__spartan_wrap"]
    ran = smoke(out)
    assert (ran.returncode, ran.stdout) == (0, "autotools-spartan: ok\n"), ran.stderr


def test_every_change_is_built_and_packed(tmp_path: Path) -> None:
    project = fixed(tmp_path, ALL)
    out = autotools(project, str(tmp_path / "out"))
    module = extension(out, "_spartan_wrap")
    assert {"added", "elsewhere"} <= {line.split()[-1] for line in output("nm", module).splitlines()}
    assert re.search(r" U pow@GLIBC_2\.2\.5$", output("nm", "-D", module), re.MULTILINE)
    assert "NOW" in output("readelf", "-d", module)
    assert smoke(out).returncode == 0
    # What is compiled with -fopenmp must be linked with it, though the C compiler links.
    assert "libgomp.so.1" in needed(module)
    # elsewhere.h, which no change names, is not packed, so the package is looked at and not built.
    made = subprocess.run(["make", "dist"], cwd=project, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    packed = output("tar", "-tzf", os.path.join(project, "autotools-spartan-1.0.tar.gz")).splitlines()
    for path in ("glibcheck_symver.h", "python/added.c", "compat/elsewhere.c"):
        assert f"autotools-spartan-1.0/{path}" in packed


def test_a_build_outside_of_the_sources_and_from_the_packed_ones_works(tmp_path: Path) -> None:
    project = fixed(tmp_path, [*CHAIN, ForceInclude(H, "glibcheck_symver.h"), ForceInclude(X, "glibcheck_symver.h")])
    Path(project, "glibcheck_symver.h").write_text(SYMVER)
    outside = tmp_path / "outside"
    outside.mkdir()
    for step in (
        ["autoreconf", "--install", project],
        [f"{project}/configure", f"PYTHON={sys.executable}"],
        ["make", "distcheck", f"DISTCHECK_CONFIGURE_FLAGS=PYTHON={sys.executable}"],
    ):
        done = subprocess.run(step, cwd=outside, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{step}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


# Each is a Makefile.am of the top folder and what is done to it; automake -Wall -Werror must take it before and after.
ALONE = "pyexec_LTLIBRARIES = x.la\nx_la_SOURCES = x.cc\nx_la_LDFLAGS = -module\n"
HELPER = "libh_la_SOURCES = h.c\nlibh_la_LDFLAGS = -version-info 1:0:0\n"
OTHER = "liba_la_SOURCES = a.c\n"
TAKEN: dict[str, tuple[str, Sequence[Change]]] = {
    "alone": (f"lib_LTLIBRARIES = libh.la\n{HELPER}", [MakeStatic("libh.la")]),
    "among-others": (f"lib_LTLIBRARIES = liba.la libh.la\n{HELPER}{OTHER}", [MakeStatic("libh.la")]),
    "list-that-grows-later": (
        f"lib_LTLIBRARIES = libh.la\nif A\nlib_LTLIBRARIES += liba.la\nendif\n{HELPER}{OTHER}",
        [MakeStatic("libh.la")],
    ),
    "added-to-a-list": (
        f"lib_LTLIBRARIES = liba.la\nif A\nlib_LTLIBRARIES += libh.la\nendif\n{HELPER}{OTHER}",
        [MakeStatic("libh.la")],
    ),
    "in-a-conditional-within-others": (
        f"noinst_LTLIBRARIES = liba.la\nif A\nlib_LTLIBRARIES = libh.la\nendif\n{HELPER}{OTHER}",
        [MakeStatic("libh.la")],
    ),
    "in-the-other-branch": (
        f"if A\nnoinst_LTLIBRARIES = liba.la\nelse\nlib_LTLIBRARIES = libh.la\nendif\n{HELPER}{OTHER}",
        [MakeStatic("libh.la")],
    ),
    "added-beside-another": (
        f"noinst_LTLIBRARIES = liba.la\nlib_LTLIBRARIES =\nlib_LTLIBRARIES += libh.la\n{HELPER}{OTHER}",
        [MakeStatic("libh.la")],
    ),
    "target-in-a-conditional": (
        f"if A\npyexec_LTLIBRARIES = x.la\nendif\n{ALONE.partition(chr(10))[2]}",
        [PrivateRuntime("x.la"), ForceInclude("x.la", "x.h"), AddSources("x.la", ("y.c",))],
    ),
    "everything-in-a-conditional": (
        f"if A\n{ALONE}endif\n",
        [PrivateRuntime("x.la"), ForceInclude("x.la", "x.h"), AddSources("x.la", ("y.c",))],
    ),
    "libraries": (
        f"noinst_LTLIBRARIES = libh.la\nlibh_la_SOURCES = h.c\n{ALONE}M = -lm\n"
        "x_la_LIBADD = libh.la $(M) libh.la -lm\n",
        [LinkArchive("x.la", "libh.la", ()), DropLibrary("x.la", "m")],
    ),
}
CONFIGURE = """\
AC_INIT([taken], [1.0])
AM_INIT_AUTOMAKE([foreign subdir-objects -Wall -Werror])
AM_PROG_AR
LT_INIT
AC_PROG_CXX
AM_CONDITIONAL([A], [true])
AC_SUBST([pyexecdir], [/nowhere])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
"""


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that waits for its makefile."""
    need("autoreconf", "automake", "libtoolize")
    folder = tmp_path_factory.mktemp("taken")
    (folder / "configure.ac").write_text(CONFIGURE)
    (folder / "Makefile.am").write_text("")
    done = subprocess.run(["autoreconf", "--install"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (folder / "Makefile.am").write_text(ALONE + HELPER + "lib_LTLIBRARIES = libh.la\n")
    subprocess.run(["automake", "--add-missing"], cwd=folder, capture_output=True, text=True, check=True)
    return folder


@pytest.mark.parametrize(("text", "changes"), TAKEN.values(), ids=TAKEN.keys())
def test_automake_takes_what_it_took(text: str, changes: Sequence[Change], configured: Path) -> None:
    after = automake.rewrite({"Makefile.am": text}, changes)["Makefile.am"]
    assert after != text
    for made in (text, after):
        (configured / "Makefile.am").write_text(made)
        done = subprocess.run(["automake"], cwd=configured, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), f"{done.stderr}\n{made}"
