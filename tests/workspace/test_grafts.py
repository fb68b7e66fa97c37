"""Libraries that a wheel would bring along are judged, and so is what they need in turn."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from glibcheck.model.names import Soname
from glibcheck.workspace.grafts import grafts
from tests.elf.compiled import library

POW = '__asm__(".symver new,pow@GLIBC_2.29"); double new(double, double);\n'


def test_a_library_that_needs_a_newer_glibc_is_found_behind_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{POW}double deep(double x) {{ return new(x, x); }}\n"
    deep = library(tmp_path / "libdeep.so", text, "-Wl,-soname,libdeep.so", "-lm")
    near = library(tmp_path / "libnear.so", "int near;\n", "-Wl,-soname,libnear.so", "-Wl,--no-as-needed", str(deep))
    part = library(tmp_path / "_a.so", "int a;\n", "-Wl,--no-as-needed", str(near), f"-Wl,-rpath-link,{tmp_path}")
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as wheel:
        wheel.write(part, "pkg/_a.so")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    brought = [Soname("libnear.so"), Soname("libgone.so")]
    found = list(grafts(str(tmp_path / "x.whl"), ["pkg/_a.so"], brought, "manylinux_2_17", str(tmp_path / "unpacked")))
    assert [(path, row.code, row.version, row.symbol) for path, row in found] == [
        (str(deep), "GC001", "GLIBC_2.29", "pow")
    ]
