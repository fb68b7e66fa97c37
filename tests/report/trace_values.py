"""Made-up traces with sites, for the tests of all forms: an extension whose helper brings what is too new."""

from __future__ import annotations

from glibcheck.model.closure import Closure, Trace
from glibcheck.model.names import Soname, SymbolName, VersionName
from glibcheck.model.site import Pull, Site, Source
from glibcheck.report.trace_view import Root, View
from glibcheck.trace import newest_of_each_family, traces
from tests.report.test_trace_text import binding, library
from tests.values import LIBC, LIBM, linkage, required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from glibcheck.model.site import Evidence

MAIN, SPARTAN, GONE, LOADER = "_x.so", "libspartan.so", "libgone.so.1", "ld-linux-x86-64.so.2"
CLOSURE = Closure(
    (
        library(
            MAIN, "/app/_x.so", "the file itself",
            linkage(
                required(LIBC, "GLIBC_2.2.5", "free", "malloc"), required(LIBC, "GLIBC_2.34", "pthread_create"),
                needed=(SPARTAN, LIBC),
            ),
        ),
        library(
            SPARTAN, "/app/libspartan.so", "runpath $ORIGIN of _x.so",
            linkage(
                required(LIBM, "GLIBC_2.29", "pow"), required(LIBM, "GLIBC_2.35", "hypot"),
                required(LIBC, "GLIBC_2.2.5", "memcpy"), needed=(LIBM, GONE, "libz.so.1", LIBC),
            ),
            MAIN,
        ),
        library(LIBC, "/lib/libc.so.6", "ld.so.cache", linkage(required(LOADER, "GLIBC_PRIVATE", "x")), MAIN),
        library(LIBM, "/lib/libm.so.6", "ld.so.cache", linkage(required(LIBC, "GLIBC_2.4", "free")), MAIN, SPARTAN),
        library(GONE, None, "not found", None, MAIN, SPARTAN),
        library("libz.so.1", "/app/libz.so.1", "runpath $ORIGIN of libspartan.so", linkage(), MAIN, SPARTAN),
        library(LOADER, "/lib64/ld-linux-x86-64.so.2", "default directory", linkage(), MAIN, LIBC),
    ),
    (
        binding(MAIN, SPARTAN, "spartan_hypot", "spartan_pow"),
        binding(MAIN, LIBC, "free", "malloc", "pthread_create"),
        binding(SPARTAN, LIBC, "memcpy"),
        binding(SPARTAN, LIBM, "hypot", "pow"),
        binding(SPARTAN, GONE),
        binding(SPARTAN, "libz.so.1"),
        binding(LIBC, LOADER, "x"),
        binding(LIBM, LIBC, "free"),
    ),
    (),
)  # fmt: skip


def site(
    symbol: str,
    *evidence: Evidence,
    object: str | None = None,  # noqa: A002 - the name of the field
    member: str | None = None,
    section: str | None = None,
    offset: int | None = None,
    address: int | None = None,
    function: str | None = None,
    source: tuple[str, int] | None = None,
    twins: tuple[str, ...] = (),
    pulls: tuple[tuple[str, str | None], ...] = (),
) -> Site:
    named = None if function is None else SymbolName(function)
    line = None if source is None else Source(*source)
    wanted = tuple(Pull(by, None if of is None else SymbolName(of)) for by, of in pulls)
    return Site(
        SymbolName(symbol), evidence, object, member, section, offset, address, named, line, twins, wanted
    )  # fmt: skip


HYPOT = (
    site(
        "hypot", "relocation", "debug information", object="/build/spartan.o", section=".text", offset=0x36,
        address=0x1136, function="spartan_norm", source=("/build/src/spartan.c", 41),
    ),
    site(
        "hypot", "link map", object="/build/libfoo.a", member="bar.o", section=".text.p", offset=0x8,
        twins=("/build/libfoo.a(copy.o)",), pulls=(("/build/main.o", "foo_start"), ("/usr/lib/crt1.o", None)),
    ),
)  # fmt: skip
NOTE = "pow is called through a pointer, so its caller is not known."
SITES = {"GLIBC_2.35": HYPOT, "GLIBC_2.34": (site("pthread_create", "code", section=".text", offset=0x20),)}


def with_sites(trace: Trace) -> Trace:
    notes = (NOTE,) if trace.requirement.version == "GLIBC_2.29" else ()
    return trace._replace(sites=SITES.get(trace.requirement.version, ()), notes=notes)


FOUND = tuple(map(with_sites, traces(CLOSURE)))
SHOWN = newest_of_each_family(FOUND)
ROOT = Root("build/_x.so", CLOSURE, SHOWN, FOUND)
VIEW = View("build/_x.so", (ROOT,), base="/build")
TOO_NEW = frozenset({
    (Soname(MAIN), VersionName("GLIBC_2.34")),
    (Soname(SPARTAN), VersionName("GLIBC_2.29")),
    (Soname(SPARTAN), VersionName("GLIBC_2.35")),
})  # fmt: skip
JUDGED = VIEW._replace(target="manylinux_2_28", too_new=TOO_NEW)
