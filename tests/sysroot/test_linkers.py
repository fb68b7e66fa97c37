"""Links against a sysroot: four linkers, two compilers, the flags that projects like, and the ways around flags.

Each link must have nothing to say, no warning either; what comes out is read, judged by `glibcheck check`, and, being
for an older system, run on this one. On old systems it is run by tests/e2e.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from pathlib import Path

import pytest

from tests.projects import glibcheck
from tests.sysroot import sources
from tests.sysroot.linked import LINKERS, bound, build, image, linker, made, newest, run_build, verdict

TARGET = "manylinux_2_17"
LIBRARY, PROGRAM = {"library.c": sources.LIBRARY}, {"program.c": sources.PROGRAM, "library.c": sources.LIBRARY}
CXX_LIBRARY = {"library.cpp": sources.CXX_LIBRARY}
CXX_PROGRAM = {"program.cpp": sources.CXX_PROGRAM, **CXX_LIBRARY}
COMPILERS = (("gcc", "g++"), ("clang", "clang++"))
SHARED = ("-O1", "-shared", "-fPIC")
KINDS = {"pie": ("-fPIE", "-pie"), "not-pie": ("-fno-pie", "-no-pie")}
NAMED = ("-lm", "-ldl", "-lpthread", "-lrt")

HOMES = {
    "pow": "GLIBC_2.2.5 libm.so.6",
    "exp": "GLIBC_2.2.5 libm.so.6",
    "dlsym": "GLIBC_2.2.5 libdl.so.2",
    "pthread_create": "GLIBC_2.2.5 libpthread.so.0",
    "pthread_join": "GLIBC_2.2.5 libpthread.so.0",
    "clock_gettime": "GLIBC_2.17 libc.so.6",
    "__xstat": "GLIBC_2.2.5 libc.so.6",
    "malloc": "GLIBC_2.2.5 libc.so.6",
}
NEEDED = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0"}


def flags(target: str = TARGET, compiler: str = "gcc") -> list[str]:
    sysroot = made(target, CC="clang" if compiler.startswith("clang") else "gcc").flags
    return [*sysroot.compile, *sysroot.link]


def run(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([path, *words], capture_output=True, text=True, check=False, env={"GIVEN": "yes"})


def works(path: Path) -> bool:
    """Load a shared object of LIBRARY into this process."""
    work = ctypes.CDLL(str(path)).work
    work.restype, work.argtypes = ctypes.c_double, [ctypes.c_double, ctypes.c_char_p]
    return bool(work(3.0, b"/") == 26.0)


@pytest.mark.parametrize("named", [(), NAMED], ids=["libraries-forgotten", "libraries-named"])
@pytest.mark.parametrize("compiler", [pair[0] for pair in COMPILERS])
@pytest.mark.parametrize("name", LINKERS)
def test_a_shared_object_asks_the_old_libraries(
    name: str, compiler: str, named: tuple[str, ...], tmp_path: Path
) -> None:
    path = build(tmp_path, "it.so", LIBRARY, *SHARED, linker(name), *flags(TARGET, compiler), *named, compiler=compiler)
    assert {symbol: bound(path).get(symbol) for symbol in HOMES} == HOMES
    assert set(image(path).needed) == NEEDED  # so not librt, named or not
    assert newest(path) == (2, 17)
    assert verdict(path)[0] == 0, verdict(path)[1]
    assert works(path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("compiler", [pair[0] for pair in COMPILERS])
@pytest.mark.parametrize("name", LINKERS)
def test_a_program_starts_and_has_its_data(name: str, compiler: str, kind: str, tmp_path: Path) -> None:
    path = build(
        tmp_path, "program", PROGRAM, "-O1", *KINDS[kind], linker(name), *flags(TARGET, compiler), compiler=compiler
    )
    assert newest(path) == (2, 17)
    assert bound(path)["__libc_start_main"] == "GLIBC_2.2.5 libc.so.6"
    assert verdict(path)[0] == 0, verdict(path)[1]
    done = run(path, *sources.ARGUMENTS)
    assert (done.returncode, done.stdout, done.stderr) == (7, sources.PRINTED, "")


@pytest.mark.parametrize("compiler", [pair[1] for pair in COMPILERS])
@pytest.mark.parametrize("name", LINKERS)
def test_cpp_takes_its_runtime_along(name: str, compiler: str, tmp_path: Path) -> None:
    path = build(tmp_path, "it.so", CXX_LIBRARY, *SHARED, linker(name), *flags(TARGET, compiler), compiler=compiler)
    assert "libstdc++.so.6" not in image(path).needed
    assert newest(path) <= (2, 17)
    assert verdict(path)[0] == 0, verdict(path)[1]
    assert ctypes.CDLL(str(path)).answer() == 42


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("compiler", [pair[1] for pair in COMPILERS])
@pytest.mark.parametrize("name", LINKERS)
def test_a_cpp_program_runs(name: str, compiler: str, kind: str, tmp_path: Path) -> None:
    path = build(
        tmp_path, "program", CXX_PROGRAM, "-O1", *KINDS[kind], linker(name), *flags(TARGET, compiler), compiler=compiler
    )
    assert newest(path) <= (2, 17)
    assert verdict(path)[0] == 0, verdict(path)[1]
    done = run(path, "word")
    assert (done.returncode, done.stdout, done.stderr) == (0, sources.CXX_PRINTED, "")


@pytest.mark.parametrize(
    "words",
    [
        ("-flto", "-flto-partition=none"),
        ("-Wl,--as-needed",),
        ("-Wl,--no-as-needed",),
        ("-Wl,-z,now",),
        ("-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections"),
        ("-Wl,--exclude-libs,ALL",),
        ("-static-libstdc++",),
        ("-Wl,-Bsymbolic",),
        ("-D_FORTIFY_SOURCE=2", "-O2", "-fstack-protector-strong"),
        ("-ffast-math", "-O3"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("name", LINKERS)
def test_flags_that_projects_like(name: str, words: tuple[str, ...], tmp_path: Path) -> None:
    if name == "lld" and "-flto" in words:
        pytest.skip("lld does not read the objects that gcc writes for -flto")
    plain = build(tmp_path / "c", "it.so", LIBRARY, *SHARED, linker(name), *flags(), *words)
    assert {symbol: version for symbol, version in bound(plain).items() if symbol in HOMES}.items() <= HOMES.items()
    assert works(plain)
    cxx = build(tmp_path / "cxx", "it.so", CXX_LIBRARY, *SHARED, linker(name), *flags(), *words, compiler="g++")
    assert ctypes.CDLL(str(cxx)).answer() == 42
    for path in (plain, cxx):
        assert verdict(path)[0] == 0, verdict(path)[1]


def test_clang_with_lto_and_lld(tmp_path: Path) -> None:
    path = build(tmp_path, "it.so", LIBRARY, *SHARED, linker("lld"), *flags(TARGET, "clang"), "-flto", compiler="clang")
    assert newest(path) == (2, 17)
    assert works(path)


def test_one_flag_is_enough(tmp_path: Path) -> None:
    only = f"-L{made(TARGET).path}"
    path = build(tmp_path / "c", "it.so", LIBRARY, *SHARED, only)
    assert (set(image(path).needed), newest(path)) == (NEEDED, (2, 17))
    cxx = build(tmp_path / "cxx", "it.so", CXX_LIBRARY, *SHARED, only, compiler="g++")
    assert verdict(cxx)[0] == 0, verdict(cxx)[1]


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("name", [None, *LINKERS])
def test_a_build_that_knows_no_flags_goes_through_the_wrapper(name: str | None, compiler: str, tmp_path: Path) -> None:
    words = [linker(name)] if name else []
    env = {"COMPILER_PATH": made(TARGET).flags.path}
    path = build(tmp_path, "it.so", LIBRARY, *SHARED, *words, compiler=compiler, env=env)
    assert (set(image(path).needed), newest(path)) == (NEEDED, (2, 17))


def test_a_makefile_of_its_own_flags_goes_through_the_wrapper(tmp_path: Path) -> None:
    (tmp_path / "library.c").write_text(sources.LIBRARY)
    (tmp_path / "Makefile").write_text(
        "LDFLAGS = -O1\nit.so: library.o\n\tgcc -shared $(LDFLAGS) -o $@ $< -L/usr/lib/x86_64-linux-gnu -lm\n"
        "library.o: library.c\n\tgcc -fPIC -c -o $@ $<\n"
    )
    done = glibcheck("env", "--target", TARGET, "--", "make", "-C", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (set(image(tmp_path / "it.so").needed), newest(tmp_path / "it.so")) == (NEEDED, (2, 17))


def test_ld_that_a_build_calls_itself_goes_through_the_wrapper(tmp_path: Path) -> None:
    build(tmp_path, "library.o", LIBRARY, "-c", "-O1", "-fPIC")
    env = {"PATH": f"{made(TARGET).flags.path}:{os.environ['PATH']}"}
    command = ["ld", "-shared", "-o", "it.so", "library.o", "-lpthread", "-ldl", "-lm", "-lc"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert newest(tmp_path / "it.so") == (2, 17)


@pytest.mark.parametrize("name", LINKERS)
@pytest.mark.parametrize("written", ["libm.so", "libm.so.6"])
def test_the_full_path_of_a_library_of_this_system_becomes_the_stub(written: str, name: str, tmp_path: Path) -> None:
    # As CMake writes it; only the wrapper can see it.
    host = os.path.join(os.path.dirname(made(TARGET).toolchain.glibc["libm.so.6"]), written)
    env = {"COMPILER_PATH": made(TARGET).flags.path}
    path = build(tmp_path, "it.so", LIBRARY, *SHARED, linker(name), host, env=env)
    assert (set(image(path).needed), newest(path)) == (NEEDED, (2, 17))


@pytest.mark.parametrize("name", LINKERS)
def test_a_library_that_is_asked_for_by_its_soname(name: str, tmp_path: Path) -> None:
    words = ("-l:libpthread.so.0", "-l:libdl.so.2", "-l:libm.so.6")
    path = build(tmp_path, "it.so", LIBRARY, *SHARED, linker(name), *flags(), *words)
    assert (set(image(path).needed), newest(path)) == (NEEDED, (2, 17))
    assert verdict(path)[0] == 0, verdict(path)[1]


def test_packed_relocations_that_a_project_asks_for_are_caught(tmp_path: Path) -> None:
    text = (
        "static int it; int *volatile place = &it; double pow(double, double); double f(double x) { return pow(x, x); }"
    )
    words = ("-Wl,-z,pack-relative-relocs", "-lm")
    done, path = run_build(tmp_path, "it.so", {"it.c": text}, "-shared", "-fPIC", "-fno-builtin", *flags(), *words)
    if done.returncode == 0 and not image(path).traits.relr:
        pytest.skip("this ld does not pack relocations")
    if done.returncode != 0:  # the linker itself misses the version that such a file has to ask for
        assert "relr" in done.stderr.lower()
        return
    code, said = verdict(path)
    assert code == 1
    assert "relr" in said.lower()


@pytest.mark.parametrize(
    ("target", "pow_", "start"),
    [("manylinux_2_17", "GLIBC_2.2.5", "GLIBC_2.2.5"), ("manylinux_2_28", "GLIBC_2.2.5", "GLIBC_2.2.5"),
     ("manylinux_2_31", "GLIBC_2.29", "GLIBC_2.2.5"), ("manylinux_2_34", "GLIBC_2.29", "GLIBC_2.34")],
)  # fmt: skip
def test_each_target_gets_its_own_versions(target: str, pow_: str, start: str, tmp_path: Path) -> None:
    path = build(tmp_path, "program", PROGRAM, "-O1", *flags(target))
    assert bound(path)["pow"] == f"{pow_} libm.so.6"
    assert bound(path)["__libc_start_main"] == f"{start} libc.so.6"
    assert ("libpthread.so.0" in image(path).needed) == (target != "manylinux_2_34")
    assert verdict(path, target)[0] == 0, verdict(path, target)[1]
    assert run(path, *sources.ARGUMENTS).stdout == sources.PRINTED


def test_a_probe_for_what_the_compilers_system_has_not_still_fails(tmp_path: Path) -> None:
    # strlcpy is of 2.38, and a target knows nothing of what comes after this system.
    text = "char strlcpy(); int main(void) { return strlcpy(); }"
    plain, _ = run_build(tmp_path, "probe", {"probe.c": text}, "-fno-builtin")
    lowered, _ = run_build(tmp_path, "probe", {"probe.c": text}, "-fno-builtin", *flags())
    assert (plain.returncode == 0) == (lowered.returncode == 0)


@pytest.mark.parametrize("symbol", ["sysctl", "__malloc_hook", "pthread_yield", "xdr_void", "cfree"])
def test_what_is_only_for_old_files_cannot_be_linked(symbol: str, tmp_path: Path) -> None:
    text = f"char {symbol}(); int main(void) {{ return {symbol}(); }}"
    plain, _ = run_build(tmp_path, "probe", {"probe.c": text}, "-fno-builtin")
    lowered, _ = run_build(tmp_path, "probe", {"probe.c": text}, "-fno-builtin", *flags())
    assert (plain.returncode == 0, lowered.returncode == 0) == (False, False)


THREAD_LOCAL = {"here.c": "extern __thread int it; int get(void) { return it; }", "there.c": "__thread int it = 5;"}


@pytest.mark.parametrize("name", LINKERS)
def test_thread_local_data_is_reached_through_the_loader(name: str, tmp_path: Path) -> None:
    path = build(tmp_path / "so", "it.so", THREAD_LOCAL, "-shared", "-fPIC", linker(name), *flags())
    assert bound(path)["__tls_get_addr"] == "GLIBC_2.3 ld-linux-x86-64.so.2"
    # A program that is compiled like a library: linkers replace the call, and must not leave half of it.
    main = {**THREAD_LOCAL, "main.c": "int get(void); int main(void) { return get(); }"}
    program = build(tmp_path / "program", "it", main, "-fPIC", "-pie", linker(name), *flags())
    assert run(program).returncode == 5
