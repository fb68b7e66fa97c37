"""Links that are watched: by gcc and clang, with every linker, of objects that were made before."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest

from glibcheck.errors import TargetError
from glibcheck.linkwatch.watch import FOLDER, watching
from glibcheck.settings import DEFAULTS
from glibcheck.workspace.buildrules import BuildRules
from tests.tools import need, output

pytestmark = pytest.mark.build

NEW = """
#include <math.h>
#include <sys/random.h>
double it(double x)
{
    unsigned char byte;
    return pow(x, getrandom(&byte, 1, 0));
}
"""
OLD = "int it(int x)\n{\n    return x + 1;\n}\n"
CXX = """
#include <string>
template <class T> struct Counted { static T count; };
template <class T> T Counted<T>::count = 0;
int counted() { return ++Counted<int>::count; }
#include <stdexcept>
std::string it(const std::string &word) { if (word.empty()) throw std::out_of_range("none"); return word + word; }
"""


def rules(mode: Literal["fix", "check", "warn"], target: str = "manylinux_2_17") -> BuildRules:
    return BuildRules(mode, target, DEFAULTS._replace(target=target), None)


def link(folder: Path, name: str = "it", *words: str, compiler: str = "gcc") -> subprocess.CompletedProcess[str]:
    command = [compiler, "-shared", f"{name}.o", "-o", f"{name}.so", "-lm", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def versions(path: Path) -> dict[str, set[tuple[int, ...]]]:
    """Give the versions that a file needs by family, as readelf sees them."""
    found: dict[str, set[tuple[int, ...]]] = {}
    for family, number in re.findall(r"Name: ([A-Z]+)_([\d.]+) ", output("readelf", "-VW", str(path))):
        found.setdefault(family, set()).add(tuple(map(int, number.split("."))))
    return found


def fits(path: Path) -> bool:
    found = versions(path)
    return max(found.get("GLIBC", {(0,)})) <= (2, 17) and max(found.get("GLIBCXX", {(0,)})) <= (3, 4, 19)


def compiled(folder: Path, name: str, text: str, compiler: str = "gcc") -> Path:
    (folder / name).write_text(text)
    path = folder / f"{name.partition('.')[0]}.o"
    output(compiler, "-g", "-O1", "-fPIC", "-c", str(folder / name), "-o", str(path))
    return path


@pytest.fixture(scope="session")
def cxx(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The object of C++, which takes longer to compile than the others to link."""
    need("g++")
    return compiled(tmp_path_factory.mktemp("cxx"), "cxx.cc", CXX, "g++").read_bytes()


@pytest.fixture
def project(tmp_path: Path, cxx: bytes) -> Path:
    """A folder with objects of what needs new versions, what does not, and of C++."""
    need("gcc")
    compiled(tmp_path, "it.c", NEW)
    compiled(tmp_path, "old.c", OLD)
    (tmp_path / "cxx.o").write_bytes(cxx)
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every watch gives its folder back, and leaves the environment as it was."""
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    names = (FOLDER, "PATH", "COMPILER_PATH")
    before = [os.environ.get(name) for name in names]
    yield
    assert [os.environ.get(name) for name in names] == before
    assert os.listdir(scratch) == []


def test_what_is_too_new_is_noted_with_object_and_line_and_left_as_it_is(project: Path) -> None:
    link(project)
    plain = (project / "it.so").read_bytes()
    with watching(rules("check"), str(project)) as watch:
        done = link(project)
        found = watch.journal()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (project / "it.so").read_bytes() == plain
    (build_id,) = found.linked
    assert build_id in output("readelf", "-nW", str(project / "it.so"))
    assert (found.outputs, found.again, found.notes) == ((str(project / "it.so"),), 0, ())
    sites = found.known[build_id].sites
    assert sites.keys() == {"pow", "getrandom"}
    (site,) = sites["pow"]
    assert (site.source and site.source.path, site.source and site.source.line) == ("it.c", 7)
    assert site.object is not None
    assert site.object.startswith("it.o:(.text+0x")


def test_in_the_mode_fix_it_is_linked_again(project: Path) -> None:
    before = set(os.listdir(project))
    with watching(rules("fix"), str(project)) as watch:
        done = link(project)
        found = watch.journal()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert fits(project / "it.so")
    assert (found.again, found.notes, dict(found.known)) == (1, (), {})
    assert set(os.listdir(project)) - before == {"it.so"}
    # It does what it did; what stands in for getrandom is inside.
    code = "import ctypes; it = ctypes.CDLL('./it.so').it; it.restype = ctypes.c_double; " \
           "print(it(ctypes.c_double(3)))"  # fmt: skip
    assert subprocess.run(["python3", "-c", code], cwd=project, capture_output=True, check=True).stdout == b"3.0\n"


@pytest.mark.parametrize("mode", ["fix", "check", "warn"])
def test_what_needs_nothing_is_the_same_byte_for_byte_and_nobody_hears_of_it(
    project: Path, mode: Literal["fix", "check", "warn"]
) -> None:
    link(project, "old")
    plain = (project / "old.so").read_bytes()
    with watching(rules(mode), str(project)) as watch:
        link(project, "old")
        assert watch.journal().outputs == ()
    assert (project / "old.so").read_bytes() == plain


def test_a_newer_runtime_of_cxx_is_linked_in(project: Path) -> None:
    with watching(rules("fix"), str(project)) as watch:
        done = link(project, "cxx", compiler="g++")
        assert (done.returncode, watch.journal().again, watch.journal().notes) == (0, 1, ())
    assert fits(project / "cxx.so")
    assert "libstdc++" not in output("readelf", "-dW", str(project / "cxx.so"))
    # Nothing of a library with its own runtime may be shared with others by being unique in the process.
    assert re.findall(
        r"(\w+) +DEFAULT +\d+ _ZN7Counted", output("readelf", "--dyn-syms", "-W", str(project / "cxx.so"))
    ) == ["WEAK"]


@pytest.mark.parametrize("linker", ["bfd", "gold", "lld", "mold"])
def test_every_linker_is_watched(project: Path, linker: str) -> None:
    need(f"ld.{linker}")
    with watching(rules("fix"), str(project)) as watch:
        done = link(project, "it", f"-fuse-ld={linker}")
        assert (done.returncode, watch.journal().again) == (0, 1), done.stderr
    assert fits(project / "it.so")


def test_clang_is_watched(project: Path) -> None:
    need("clang")
    with watching(rules("fix"), str(project)) as watch:
        done = link(project, compiler="clang")
        assert (done.returncode, watch.journal().again) == (0, 1), done.stderr
    assert fits(project / "it.so")


def test_a_linker_that_a_build_brings_along_is_watched(project: Path) -> None:
    """As rustc does with its own lld, by -B, which comes before COMPILER_PATH."""
    need("ld.lld")
    (project / "brought").mkdir()
    script = '#!/bin/sh\necho "$0" >> brought/log; exec ld.lld "$@"\n'
    (project / "brought" / "ld.lld").write_text(script)
    (project / "brought" / "ld.lld").chmod(0o700)
    with watching(rules("fix"), str(project)) as watch:
        done = link(project, "it", "-fuse-ld=lld", f"-B{project}/brought")
        assert (done.returncode, watch.journal().again, watch.journal().notes) == (0, 1, ()), done.stderr
    assert fits(project / "it.so")
    # The first link and the second one were both made by it.
    assert len((project / "brought" / "log").read_text().splitlines()) == 2


def test_links_side_by_side_are_all_made_again(project: Path) -> None:
    data = (project / "it.o").read_bytes()
    names = [f"it{number}" for number in range(4)]
    for name in names:
        (project / f"{name}.o").write_bytes(data)
    with watching(rules("fix"), str(project)) as watch, ThreadPoolExecutor(4) as pool:
        assert [done.returncode for done in pool.map(lambda name: link(project, name), names)] == [0] * 4
        assert (watch.journal().again, watch.journal().notes) == (4, ())
    assert all(fits(project / f"{name}.so") for name in names)


def test_a_response_file_is_read(project: Path) -> None:
    (project / "words").write_text("-shared 'it.o' -lm\n-o it.so")
    with watching(rules("fix"), str(project)) as watch:
        subprocess.run(["gcc", "@words"], cwd=project, check=True)
        assert watch.journal().again == 1
    assert fits(project / "it.so")


def test_a_link_that_fails_fails_as_ever(project: Path) -> None:
    plain = link(project, "it", "-labsent")
    with watching(rules("fix"), str(project)) as watch:
        done = link(project, "it", "-labsent")
        assert watch.journal().outputs == ()
    assert done.returncode == plain.returncode == 1
    assert "cannot find -labsent" in done.stderr
    assert not (project / "it.so").exists()


def test_what_cannot_be_linked_again_is_told_and_stays(project: Path) -> None:
    """It asks for what no glibc has ever had, so no stand-in is there for it."""
    (project / "wrong.c").write_text("int strlcpy_is_newer(void);\nint it(void) { return strlcpy_is_newer(); }\n")
    output("gcc", "-fPIC", "-c", str(project / "wrong.c"), "-o", str(project / "wrong.o"))
    (project / "new.c").write_text("int strlcpy_is_newer(void) { return 1; }\n")
    made_up = project / "versions"
    made_up.write_text("GLIBC_2.99 { strlcpy_is_newer; };\n")
    output("gcc", "-shared", "-fPIC", str(project / "new.c"), "-o", str(project / "libc.so.6"), "-nostdlib",
           f"-Wl,--version-script={made_up},-soname,libc.so.6")  # fmt: skip
    with watching(rules("fix"), str(project)) as watch:
        done = link(project, "wrong", "./libc.so.6")
        found = watch.journal()
    assert done.returncode == 0
    assert max(versions(project / "wrong.so")["GLIBC"]) == (2, 99)
    assert found.again == 0
    assert [sites.keys() for sites in (row.sites for row in found.known.values())] == [{"strlcpy_is_newer"}]


def test_a_build_inside_of_a_build_has_the_same_watch(project: Path) -> None:
    with watching(rules("check"), str(project)) as outer:
        folder = os.environ[FOLDER]
        with watching(rules("fix"), str(project)) as inner:
            assert os.environ[FOLDER] == folder
            link(project)
            assert inner.journal() == outer.journal()
        assert os.path.isdir(folder)
        assert outer.journal().again == 0  # by the rules of the outer one


def test_a_build_that_raises_leaves_nothing(project: Path) -> None:
    with pytest.raises(KeyError), watching(rules("fix"), str(project)):  # noqa: PT012 - what is inside is the build
        link(project)
        raise KeyError


def test_without_a_compiler_there_is_nothing_to_watch(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    with watching(rules("fix"), str(project)) as watch:
        assert FOLDER not in os.environ
        assert watch.journal().outputs == ()
    monkeypatch.delenv("CC")


def test_a_target_that_is_none_is_told_before_anything_is_built(project: Path) -> None:
    with pytest.raises(TargetError), watching(rules("check", "manylinux_2_x"), str(project)):
        pytest.fail("it was built")
    with pytest.raises(TargetError), watching(rules("fix", "musllinux_1_2"), str(project)):
        pytest.fail("it was built")


@pytest.mark.parametrize("words", [("-labsent",), ("-Wl,--no-such-option",), ("absent.o",)], ids=" ".join)
def test_a_link_that_fails_says_the_very_same(project: Path, words: tuple[str, ...]) -> None:
    plain = link(project, "it", *words)
    with watching(rules("check"), str(project)) as watch:
        done = link(project, "it", *words)
        assert watch.journal().outputs == ()
    assert plain.returncode == 1
    assert (done.returncode, done.stdout, done.stderr) == (plain.returncode, plain.stdout, plain.stderr)


def test_a_linker_that_is_asked_for_its_name_says_no_more(project: Path) -> None:
    """As Meson asks; no file is made then."""
    plain = link(project, "it", "-Wl,--version")
    with watching(rules("check"), str(project)):
        done = link(project, "it", "-Wl,--version")
    assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout)
    assert [line for line in done.stderr.splitlines() if line.startswith("grep")] == []
    assert not (project / "it.so").exists()


def test_a_file_without_a_build_id_is_known_by_its_name(project: Path) -> None:
    with watching(rules("check"), str(project)) as watch:
        link(project, "it", "-Wl,--build-id=none")
        found = watch.journal()
    assert found.linked == {"it.so"}
    assert found.known.keys() == {"it.so"}


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("-L.", "-lit"), "libit.a(it.o)"),
        (("-Wl,-Bstatic", "-L.", "-lit", "-Wl,-Bdynamic"), "libit.a(it.o)"),
        (("libit.a",), "libit.a(it.o)"),
        (("all.so.p/it.o",), "all.so.p/it.o"),  # so Meson has the objects of a module
        (("libother.a", "all.so.p/it.o"), "all.so.p/it.o"),
    ],
    ids=["a-library", "a-static-one-of-two", "an-archive", "an-object", "an-object-beside-an-archive"],
)
def test_the_place_is_told_of_whatever_was_linked(project: Path, words: tuple[str, ...], place: str) -> None:
    (project / "all.so.p").mkdir()
    os.replace(project / "it.o", project / "all.so.p" / "it.o")
    for archive, member in (("libit.a", "all.so.p/it.o"), ("libother.a", "cxx.o")):
        subprocess.run(["ar", "rc", archive, member], cwd=project, check=True)
    command = ["gcc", "-shared", "-Wl,-u,it", *words, "-lm", "-o", "all.so"]
    if "-Wl,-Bstatic" in words:
        output("gcc", "-shared", f"{project}/old.o", "-o", f"{project}/libit.so")
    with watching(rules("check"), str(project)) as watch:
        done = subprocess.run(command, cwd=project, check=False, capture_output=True)
        (known,) = watch.journal().known.values()
    assert done.returncode == 0, done.stderr
    (site,) = known.sites["pow"]
    assert (site.object or "").startswith(f"{place}:(.text+0x"), site
    assert (site.source and site.source.path, site.source and site.source.line) == ("it.c", 7)


def test_a_version_without_a_number_is_looked_at(project: Path) -> None:
    if os.uname().machine != "x86_64":
        pytest.skip("CXXABI_FLOAT128 is of x86")
    text = "#include <typeinfo>\nconst std::type_info &it() { return typeid(__float128); }\n"
    compiled(project, "wide.cc", text, "g++")
    with watching(rules("check"), str(project)) as watch:
        link(project, "wide", compiler="g++")
        assert "Name: CXXABI_FLOAT128 " in output("readelf", "-VW", str(project / "wide.so"))
        assert watch.journal().outputs == (str(project / "wide.so"),)


@pytest.mark.parametrize("before", [None, "", "/somewhere:/else"])
def test_what_a_build_says_of_its_compilers_is_kept_behind_ours(
    project: Path, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    with monkeypatch.context() as patch:
        patch.delenv("COMPILER_PATH", raising=False)
        if before is not None:
            patch.setenv("COMPILER_PATH", before)
        around = dict(os.environ)
        with watching(rules("check"), str(project)):
            own = f"{os.environ[FOLDER]}/bin"
            assert os.environ["PATH"] == f"{own}:{around['PATH']}"
            assert os.environ["COMPILER_PATH"] == (f"{own}:{before}" if before else own)
        assert dict(os.environ) == around


def test_a_program_is_linked_again_and_does_what_it_did(project: Path) -> None:
    """With dlsym and threads, which were in libraries of their own then."""
    (project / "main.c").write_text(
        "#include <dlfcn.h>\n#include <pthread.h>\n#include <stdio.h>\ndouble it(double);\n"
        "static void *run(void *x) { return x; }\n"
        'int main(void)\n{\n    void *found = dlsym(NULL, "puts");\n    pthread_t thread;\n'
        "    if (!found || pthread_create(&thread, NULL, run, found) || pthread_join(thread, NULL)) return 3;\n"
        '    return printf("%.1f\\n", it(3)) < 0;\n}\n'
    )
    output("gcc", "-c", str(project / "main.c"), "-o", str(project / "main.o"))
    command = ["gcc", "main.o", "it.o", "-o", "it", "-lm"]
    subprocess.run(command, cwd=project, check=True)
    plain = (project / "it").stat().st_mode
    assert not fits(project / "it")
    with watching(rules("fix"), str(project)) as watch:
        done = subprocess.run(command, cwd=project, capture_output=True, check=True)
        assert (watch.journal().again, watch.journal().notes) == (1, ())
    assert (done.stdout, done.stderr) == (b"", b"")
    assert fits(project / "it")
    assert (project / "it").stat().st_mode == plain
    assert output(str(project / "it")) == "3.0\n"
