"""The run hosts themselves: they refuse what an older system refuses, and run what it runs."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from tests.e2e.capped import policy
from tests.e2e.runhosts import OLD, RUN_HOSTS, run_host
from tests.elf.compiled import compiled
from tests.tools import need

pytestmark = pytest.mark.e2e

LIBRARY = ("-shared", "-fPIC", "-nostdlib", "-fno-builtin", "-Wl,--no-as-needed")
LOADS = "import ctypes, sys; ctypes.CDLL(sys.argv[1]); print('loaded')"
# The library is there for all to see, so a reference without a version and a DT_NEEDED can find its names.
LOADS_BEHIND = f"import ctypes, sys; ctypes.CDLL(sys.argv[2], ctypes.RTLD_GLOBAL); {LOADS}"
BELOW = {name: tuple(map(int, name.split("."))) for name in OLD}

# A name with the version that a newer linker binds it to, the library that has it, the release of glibc that has this
# version, or whose manylinux policy has it, and the one that first has the name in any version.
NEEDS = [
    ("secure_getenv", "GLIBC_2.17", "c", (2, 17), (2, 17)),
    ("getrandom", "GLIBC_2.25", "c", (2, 25), (2, 25)),
    ("fcntl64", "GLIBC_2.28", "c", (2, 28), (2, 28)),
    ("exp", "GLIBC_2.29", "m", (2, 29), (2, 2)),
    ("pow", "GLIBC_2.29", "m", (2, 29), (2, 2)),
    ("getdents64", "GLIBC_2.30", "c", (2, 30), (2, 30)),
    ("pthread_clockjoin_np", "GLIBC_2.34", "c", (2, 34), None),
    ("_ZSt24__throw_out_of_range_fmtPKcz", "GLIBCXX_3.4.20", "stdc++", (2, 28), (2, 28)),
    ("_ZNSt10filesystem12current_pathB5cxx11Ev", "GLIBCXX_3.4.26", "stdc++", (2, 31), (2, 31)),
    ("__cxa_init_primary_exception", "CXXABI_1.3.11", "stdc++", (2, 28), (2, 28)),
    ("__divmodti4", "GCC_7.0.0", "gcc_s", (2, 28), (2, 28)),
]
SONAMES = {"c": "libc.so.6", "m": "libm.so.6", "stdc++": "libstdc++.so.6", "gcc_s": "libgcc_s.so.1"}


def caller(path: Path, symbol: str, *flags: str) -> Path:
    return compiled(path, f"void {symbol}(void); void f(void) {{ {symbol}(); }}", *LIBRARY, *flags)


@pytest.mark.parametrize("name", RUN_HOSTS)
def test_every_python_starts_and_has_its_library(name: str) -> None:
    host = run_host(name)
    assert host.pythons
    for version, path in host.pythons.items():
        text = "import ctypes, hashlib, math, sqlite3, ssl, sys, zlib; print('%d.%d' % sys.version_info[:2])"
        assert host.output(path, "-c", text) == f"{version}\n"


@pytest.mark.parametrize("name", OLD)
def test_old_hosts_have_new_pythons(name: str) -> None:
    assert {"3.11", "3.12", "3.13"} <= set(run_host(name).pythons)


def test_hosts_are_in_the_order_of_their_glibc() -> None:
    releases = [tuple(map(int, run_host(name).glibc.split("."))) for name in RUN_HOSTS]
    assert releases == sorted(releases)
    assert releases[:3] == [(2, 17), (2, 28), (2, 31)]
    assert releases[-1] >= (2, 43)


@pytest.mark.parametrize("name", OLD)
@pytest.mark.parametrize(("symbol", "version", "library", "since", "_"), NEEDS)
def test_a_version_is_refused_below_its_release(
    symbol: str, version: str, library: str, since: tuple[int, int], _: object, name: str, tmp_path: Path
) -> None:
    need("g++")
    host = run_host(name)
    made = caller(tmp_path / "caller.so", symbol, f"-l{library}")
    for python in host.pythons.values():
        done = host.run(python, "-c", LOADS, host.put(made))
        if BELOW[name] >= since:
            assert (done.returncode, done.stdout) == (0, "loaded\n"), done.stderr
        else:
            assert f"{SONAMES[library]}: version `{version}' not found (required by " in done.stderr


@pytest.mark.parametrize("name", OLD)
@pytest.mark.parametrize(("symbol", "_", "library", "__", "since"), [row for row in NEEDS if row[4]])
def test_a_name_without_a_version_is_found_from_its_first_release_on(
    symbol: str, _: object, library: str, __: object, since: tuple[int, int], name: str, tmp_path: Path
) -> None:
    host = run_host(name)
    made = caller(tmp_path / "caller.so", symbol)
    for python in host.pythons.values():
        done = host.run(python, "-c", LOADS_BEHIND, host.put(made), SONAMES[library])
        if BELOW[name] >= since:
            assert (done.returncode, done.stdout) == (0, "loaded\n"), done.stderr
        else:
            assert f"undefined symbol: {symbol}" in done.stderr


@pytest.mark.parametrize("name", OLD)
def test_dlsym_finds_what_the_release_has(name: str) -> None:
    host = run_host(name)
    text = (
        "import ctypes; c = ctypes.CDLL('libc.so.6'); print([hasattr(c, n) for n in ('getenv', 'getrandom', 'gettid')])"
    )
    since = [(2, 2), (2, 25), (2, 30)]
    for python in host.pythons.values():
        assert host.output(python, "-c", text).strip() == str([BELOW[name] >= release for release in since])


@pytest.mark.parametrize("name", RUN_HOSTS)
def test_cpp_exceptions_are_caught(name: str, tmp_path: Path) -> None:
    need("g++")
    text = """
    #include <exception>
    struct Failure : std::exception { int n; Failure(int n) : n(n) {} };
    extern "C" int answer(int n) {
        try { throw Failure(n); } catch (const std::exception &e) { return dynamic_cast<const Failure &>(e).n; }
    }
    """
    # Sized deallocation is of C++14: CXXABI_1.3.9, beyond the older cap.
    flags = ("-shared", "-fPIC", "-fno-sized-deallocation")
    made = compiled(tmp_path / "answer.so", text, *flags, compiler="g++")
    host = run_host(name)
    for python in host.pythons.values():
        code = "import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).answer(42))"
        assert host.output(python, "-c", code, host.put(made)) == "42\n"


@pytest.mark.parametrize("name", OLD)
def test_the_programs_of_a_root_still_run(name: str) -> None:
    # They need versions beyond the cap of one another: bash, perl and the system's own Python are of glibc 2.31.
    host = run_host(name)
    assert host.output("bash", "-c", "echo $((6 * 7))") == "42\n"
    assert host.output("perl", "-e", "print 6 * 7") == "42"
    assert host.output("python3.9", "-c", "import math; print(math.pow(2, 3))") == "8.0\n"


@pytest.mark.parametrize(("name", "newest"), [("2.17", "GLIBCXX_3.4.19"), ("2.28", "GLIBCXX_3.4.24")])
def test_caps_are_those_of_the_policies(name: str, newest: str) -> None:
    family, _, number = newest.partition("_")
    assert policy(name)[family][-1] == number
    assert policy(name)["GLIBC"][-1] == name


def test_wheels_are_unpacked_as_an_installer_does(tmp_path: Path) -> None:
    wheel = tmp_path / "it-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("it.py", "ANSWER = 42")
        archive.writestr("it-1.data/platlib/other.py", "OTHER = 43")
        program = zipfile.ZipInfo("it-1.data/scripts/it")
        program.external_attr = 0o755 << 16
        archive.writestr(program, "#!/bin/sh\necho run\n")
    program_runs = "os.system(os.path.dirname(it.__file__) + '/bin/it')"
    script = f"import it, other, os; print(it.ANSWER, other.OTHER, flush=True); {program_runs}"
    for name in RUN_HOSTS:
        host = run_host(name)
        done = host.smoke(wheel, script, max(host.pythons, key=lambda version: int(version[2:])))
        assert (done.returncode, done.stdout) == (0, "42 43\nrun\n"), done.stderr


def test_wheels_that_a_host_would_choose_are_fetched() -> None:
    host = run_host("2.17")
    wheels = host.wheels("3.11", "cffi>=1.16")
    names = [os.path.basename(path) for path in wheels]
    assert any(name.startswith("cffi-") and "-cp311-" in name for name in names)
    (cffi,) = (path for path in wheels if os.path.basename(path).startswith("cffi-"))
    done = host.smoke(cffi, "import _cffi_backend; print(_cffi_backend.FFI)", "3.11")
    assert (done.returncode, done.stderr) == (0, "")
