"""What is run on a bench: the programs, with which system calls made to fail, and what must have been compared."""

from __future__ import annotations

import os

from glibcheck.catalogue.glibc import glibc
from glibcheck.sysroot.compat import COMPAT
from tests.sysroot.compat.bench import PROGRAMS, Bench, compared, mismatches

# Program, system calls that fail with ENOSYS.
CASES = (
    ("files", ()),
    ("files", ("statx", "renameat2")),
    ("files", ("preadv2", "pwritev2", "copy_file_range", "memfd_create", "openat2")),
    ("files", ("close_range",)),
    ("random", ()),
    ("random", ("getrandom",)),
    ("kernel", ()),
    ("kernel", ("mlock2", "pkey_alloc", "epoll_pwait2", "pidfd_open", "execveat", "mseal")),
    ("text", ()),
    ("numbers", ()),
    ("threads", ()),
    ("maths", ()),
)

# Compared by the C++ program below.
IN_CPLUSPLUS = {"_dl_find_object", "__cxa_thread_atexit_impl"}

_MEMBERS = "_dl_find_object.o __cxa_thread_atexit_impl.o -static-libgcc -static-libstdc++"
_LIBRARY = """cd {folder} && for name in one two; do
g++ -O1 -fPIC -shared -DLIBRARY="\\"$name\\"" -o lib{kind}$name.so unwind.cc {members} \
-Wl,--version-script=exports || exit 1; done
"""
_PROGRAM = "cd {folder} && g++ -O1 -rdynamic -o unwind unwind.cc renamed.a -lpthread -ldl"


def compare(bench: Bench, name: str, blocked: tuple[str, ...]) -> set[str]:
    """Run a comparison; give the functions that were compared, after a look that nothing else came out."""
    done = bench.run("timeout", "300", bench.program(f"{name}.c"), *blocked)
    assert mismatches(done.stdout) == [], done.stdout[-3000:]
    assert done.returncode == 0, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return set(compared(done.stdout))


def expected(release: tuple[int, ...]) -> set[str]:
    """Name the members that a release of glibc has the real function for, on x86_64."""
    known = glibc("x86_64")
    assert known is not None
    firsts = {str(row.symbol): known.first(row.symbol) for row in COMPAT}
    return {symbol for symbol, first in firsts.items() if first is not None and first <= release}


def unwind(bench: Bench) -> tuple[list[str], list[str]]:
    """Run the C++ program with libraries that have our members, and with such that have the real functions."""
    with open(os.path.join(PROGRAMS, "unwind.cc"), encoding="utf-8") as stream:
        text = stream.read()
    for name, content in (("unwind.cc", text), ("exports", "{ global: catches; touch; local: *; };\n")):
        with open(os.path.join(bench.folder, name), "w", encoding="utf-8") as out:
            out.write(content)
    bench.must("sh", "-c", _LIBRARY.format(folder=bench.inside, kind="ours-", members=_MEMBERS))
    bench.must("sh", "-c", _LIBRARY.format(folder=bench.inside, kind="real-", members=""))
    bench.must("sh", "-c", _PROGRAM.format(folder=bench.inside))
    program = os.path.join(bench.inside, "unwind")
    ours, real = (
        bench.must("timeout", "60", program, *(f"{bench.inside}/lib{kind}-{name}.so" for name in ("one", "two")), *more)
        for kind, more in (("ours", ()), ("real", ("real",)))
    )
    return ours.splitlines(), real.splitlines()
