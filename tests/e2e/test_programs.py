"""Programs, not only shared objects, that run on glibc 2.17: constructors, arguments, environment, copied data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.runhosts import run_host
from tests.sysroot import sources
from tests.sysroot.linked import LINKERS, build, linker, made, run_build
from tests.tools import output

pytestmark = pytest.mark.e2e

TARGET = "manylinux_2_17"
KINDS = {"pie": ("-fPIE", "-pie"), "not-pie": ("-fno-pie", "-no-pie")}
SOURCES = {"program.c": sources.PROGRAM, "library.c": sources.LIBRARY}
CXX_SOURCES = {"program.cpp": sources.CXX_PROGRAM, "library.cpp": sources.CXX_LIBRARY}
COPIED = ("stdout", "environ", "optarg", "optind")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LINKERS)
def test_a_program_runs_on_the_old_system(name: str, kind: str, tmp_path: Path) -> None:
    path = build(tmp_path, "program", SOURCES, "-O1", *KINDS[kind], linker(name), *made(TARGET).flags.link)
    relocations = output("readelf", "-rW", str(path))
    if kind == "not-pie":
        assert all(f" {symbol}@" in relocations for symbol in COPIED), relocations
        assert "R_X86_64_COPY" in relocations
    host = run_host("2.17")
    done = host.run(host.put(path), *sources.ARGUMENTS, env={"GIVEN": "yes"})
    assert (done.returncode, done.stdout, done.stderr) == (7, sources.PRINTED, "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LINKERS)
def test_a_cpp_program_runs_on_the_old_system(name: str, kind: str, tmp_path: Path) -> None:
    flags = (*made(TARGET).flags.compile, *made(TARGET).flags.link)
    path = build(tmp_path, "program", CXX_SOURCES, "-O1", *KINDS[kind], linker(name), *flags, compiler="g++")
    host = run_host("2.17")
    done = host.run(host.put(path), "word")
    assert (done.returncode, done.stdout, done.stderr) == (0, sources.CXX_PRINTED, "")


def test_without_the_sysroot_it_is_refused(tmp_path: Path) -> None:
    done, path = run_build(tmp_path, "program", SOURCES, "-O1", "-lm")
    assert done.returncode == 0, done.stderr
    host = run_host("2.17")
    refused = host.run(host.put(path), *sources.ARGUMENTS)
    assert refused.returncode != 0
    assert "version `GLIBC_2.34' not found" in refused.stderr
